import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const PROJECT = join(__dirname, '..', '..');

const Name = z.string().regex(/^[a-z][a-z0-9_-]*$/);
const Duration = z.string().regex(/^\d+(ms|s|m|h)$/);
const Size = z.string().regex(/^\d+(b|k|m|g|kb|mb|gb)$/);
const Words = z.array(z.string().min(1)).min(1);
const FromFile = z.record(Name, z.strictObject({ file: z.string().startsWith('./') }));

/** The part of the Compose specification that our file uses; anything else in it is a slip of the pen. */
const Service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.literal('.'), target: z.string() }).optional(),
  pull_policy: z.enum(['build', 'never']).optional(),
  entrypoint: Words.optional(),
  command: Words.optional(),
  environment: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).optional(),
  secrets: z.array(Name).optional(),
  configs: z.array(z.strictObject({ source: Name, target: z.string().startsWith('/') })).optional(),
  volumes: z.array(z.string().regex(/^[a-z]+:\/[a-z/]+$/)).optional(),
  networks: z.array(Name).min(1),
  ports: z.array(z.string()).optional(),
  depends_on: z.record(Name, z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) })).optional(),
  healthcheck: z.strictObject({ test: z.tuple([z.literal('CMD')], z.string()), interval: Duration, timeout: Duration, retries: z.int().positive(), start_period: Duration }).optional(),
  restart: z.enum(['unless-stopped', 'on-failure:5']),
  profiles: z.array(Name).optional(),
  init: z.boolean(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.tuple([z.literal('ALL')]).optional(),
  security_opt: z.array(z.string()),
  logging: z.strictObject({ driver: z.literal('json-file'), options: z.record(z.string(), z.string()) }),
  shm_size: Size.optional(),
  mem_limit: Size.optional(),
  stop_grace_period: Duration.optional(),
});

export const ComposeFile = z.strictObject({
  name: Name,
  services: z.record(Name, Service),
  networks: z.record(Name, z.strictObject({ internal: z.boolean().optional() })),
  volumes: z.record(Name, z.strictObject({})),
  configs: FromFile,
  secrets: FromFile,
});

export type ComposeFile = z.infer<typeof ComposeFile>;
export type ComposeService = z.infer<typeof Service>;

/** docker-compose.yml with its anchors merged and without its `x-…` parts; not yet checked. */
export function readComposeFile(text = readFileSync(join(PROJECT, 'docker-compose.yml'), 'utf8')): ComposeFile {
  const document = parse(text, { merge: true }) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith('x-'))) as ComposeFile;
}

/** The services that run our image, with their names. */
export function ownServices({ services }: ComposeFile): [string, ComposeService][] {
  return Object.entries(services).filter(([, { image }]) => image.startsWith('bihuan:'));
}

/** Whether a service ends by itself. */
export function endsByItself({ restart }: ComposeService): boolean {
  return restart.startsWith('on-failure');
}

const VARIABLE = /\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g;

/** The variables a text takes from .env: name, and `-` with a default, `?` when it must be set, or neither. */
export function variablesIn(text: string): { name: string; kind?: string; rest?: string }[] {
  return [...text.matchAll(VARIABLE)].map(([, name = '', kind, rest]) => ({ name, kind, rest }));
}

/** A text with its variables filled in from `env`, as Compose does it. */
export function filledIn(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(VARIABLE, (_, name: string, kind?: string, rest: string = '') => {
    const value = env[name] ?? '';
    if (value === '' && kind === '?') throw new Error(`${name} must be set: ${rest}`);
    return value === '' ? rest : value;
  });
}

/** The settings of a file like .env. */
export function settingsOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
}
