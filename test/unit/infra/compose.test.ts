import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { parse } from 'yaml';
import { readConfig } from '../../../infra/config';
import { dynamicConfigYaml, engineSettings } from '../../../infra/temporal/dynamic-config';
import { filledIn, PROJECT, readComposeFile, settingsOf, variablesIn, type ComposeFile, type ComposeService } from '../../containers/compose-file';
import { composeMistakes } from '../../containers/compose-mistakes';
import { namesInImage } from '../../containers/docker-ignore';
import { officialSchema } from '../../containers/official-schema';

const text = readFileSync(join(PROJECT, 'docker-compose.yml'), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'bihuan-compose-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function service(compose: ComposeFile, name: string): ComposeService {
  const found = compose.services[name];
  if (!found) throw new Error(`no service ${name}`);
  return found;
}

describe('against the official schema', () => {
  const official = officialSchema();
  const check = 'schema' in official ? test : test.skip;
  const mistakes = (document: object) => {
    if (!('schema' in official)) throw new Error(official.missing);
    // Not strict: the schema marks what is deprecated, which Ajv does not know.
    const validate = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile(official.schema);
    return validate(document) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  };
  const because = 'missing' in official ? ` (skipped: ${official.missing})` : '';

  check(`docker-compose.yml keeps to it${because}`, () => {
    expect(mistakes(readComposeFile(text))).toEqual([]);
  });

  check.each<[string, (compose: ComposeFile) => unknown, RegExp]>([
    ['a key that does not exist', (compose) => Object.assign(service(compose, 'api'), { healthchecks: {} }), /\/services\/api .*(properties|evaluated)/],
    ['a condition that does not exist', (compose) => Object.assign(service(compose, 'api').depends_on ?? {}, { setup: { condition: 'service_done' } }), /\/depends_on/],
    ['a list where a text belongs', (compose) => Object.assign(service(compose, 'api'), { image: ['bihuan'] }), /\/image must be string/],
    ['a number of tries that is none', (compose) => Object.assign(service(compose, 'api').healthcheck ?? {}, { retries: [] }), /\/healthcheck\/retries/],
  ])('it finds %s', (_, spoil, mistake) => {
    const compose = readComposeFile(text);
    spoil(compose);
    expect(mistakes(compose).join('\n')).toMatch(mistake);
  });
});

describe('what no schema sees', () => {
  test('docker-compose.yml has no mistake', () => {
    expect(composeMistakes(readComposeFile(text))).toEqual([]);
  });

  test.each<[string, (compose: ComposeFile) => unknown, string]>([
    ['a key beyond what we use', (compose) => Object.assign(service(compose, 'api'), { healthchecks: {} }), 'services.api: Unrecognized key: "healthchecks"'],
    ['a duration that is none', (compose) => (service(compose, 'api').stop_grace_period = 'long'), 'services.api.stop_grace_period: Invalid string'],
    ['a dependency on nobody', (compose) => Object.assign(service(compose, 'api').depends_on ?? {}, { setap: { condition: 'service_healthy' } }), 'api depends on setap, which is no service'],
    ['waiting for the end of what never ends', (compose) => Object.assign(service(compose, 'api').depends_on ?? {}, { postgres: { condition: 'service_completed_successfully' } }), 'api waits for postgres by service_completed_successfully, which never comes true'],
    ['waiting for the health of what ends', (compose) => Object.assign(service(compose, 'api').depends_on ?? {}, { setup: { condition: 'service_healthy' } }), 'api waits for the health of setup, which has no health check'],
    ['a dependency on what a profile starts', (compose) => Object.assign(service(compose, 'worker').depends_on ?? {}, { 'bank-sandbox': { condition: 'service_healthy' } }), 'worker depends on bank-sandbox, which only a profile starts'],
    ['an end that only ending services wait for', (compose) => ['api', 'worker'].forEach((name) => delete service(compose, name).depends_on), 'nobody that stays waits for the end of setup'],
    ['two services that build one image', (compose) => Object.assign(service(compose, 'api'), { build: { context: '.', target: 'service' } }), 'our image must be built by one service'],
    ['an image of ours from a registry', (compose) => delete service(compose, 'api').pull_policy, 'api may take our image from a registry'],
    ['an undeclared secret', (compose) => delete compose.secrets.database_url, 'database_url is not among the secrets'],
    ['an unused secret', (compose) => Object.assign(compose.secrets, { old: { file: './secrets/old' } }), 'old of the secrets is not used'],
    ['a secret beside the directory that is kept out of git', (compose) => Object.assign(compose.secrets, { database_url: { file: './database_url' } }), 'the secret ./database_url lies outside of ./secrets'],
    ['an undeclared volume', (compose) => delete compose.volumes.postgres, 'postgres is not among the volumes'],
    ['an undeclared network', (compose) => service(compose, 'api').networks.push('beyond'), 'beyond is not among the networks'],
    ['a configuration file that is not there', (compose) => Object.assign(compose.configs, { dynamic_config: { file: './infra/containers/none.yaml' } }), './infra/containers/none.yaml is not there'],
    ['a long-running service without a health check', (compose) => delete service(compose, 'worker').healthcheck, 'worker has no health check'],
    ['a long-running service that may take all memory', (compose) => delete service(compose, 'worker').mem_limit, 'worker has no limit of memory'],
    ['a floating image', (compose) => (service(compose, 'postgres').image = 'postgres:latest'), 'postgres:latest of postgres is not pinned to a version'],
    ['an image without a version', (compose) => (service(compose, 'temporal-ui').image = 'temporalio/ui'), 'temporalio/ui of temporal-ui is not pinned to a version'],
    ['another version than the embedded one', (compose) => (service(compose, 'temporal').image = 'temporalio/server:1.30.1'), 'temporalio/server:1.30.1 of temporal is not of version 1.32.1'],
    ['another version than the package', (compose) => (service(compose, 'api').image = 'bihuan:9.9.9'), 'bihuan:9.9.9 of api is not of version'],
    ['a stage that the Dockerfile does not have', (compose) => Object.assign(service(compose, 'setup').build ?? {}, { target: 'api' }), 'the Dockerfile has no stage api, which setup builds'],
    ['a port for everybody', (compose) => (service(compose, 'api').ports = ['3000:3000']), 'api publishes 3000:3000 beyond this machine'],
    ['a published database', (compose) => (service(compose, 'postgres').ports = ['127.0.0.1:5432:5432']), 'postgres publishes 127.0.0.1:5432:5432'],
    ['a secret in the environment', (compose) => Object.assign(service(compose, 'api').environment ?? {}, { DATABASE_URL: 'postgresql://u:p@h/d' }), 'DATABASE_URL of api stands in the environment'],
    ['a secret the service is not given', (compose) => Object.assign(service(compose, 'api').environment ?? {}, { DATABASE_URL_FILE: '/run/secrets/admin_password' }), 'api reads the secret admin_password, which it is not given'],
    ['a setting that nobody reads', (compose) => Object.assign(service(compose, 'worker').environment ?? {}, { WORKER_PRT: '1' }), 'worker is given WORKER_PRT, which it does not read'],
    ['a variable that may be empty', (compose) => Object.assign(service(compose, 'worker').environment ?? {}, { BANK_URL: '${BANK_URL}' }), 'BANK_URL of worker has neither a default nor "must be set"'],
    ['a program that is not there', (compose) => (service(compose, 'worker').command = ['worker/start.ts']), 'worker runs worker/start.ts, which is not there'],
    ['a program that does not get into the image', (compose) => (service(compose, 'worker').command = ['rehearse/main.ts']), 'worker needs rehearse/main.ts, which .dockerignore keeps out'],
    ['a health check that is not in the image', (compose) => (service(compose, 'api').healthcheck?.test.splice(2, 1, 'test/healthy.mjs')), 'the health check of api runs test/healthy.mjs, which is not in the image'],
    ['an API that does not know how workers are promoted', (compose) => delete service(compose, 'api').environment?.WORKER_PROMOTE, 'WORKER_PROMOTE is not the same for api and worker'],
    ['a development mode', (compose) => delete service(compose, 'setup').environment?.NODE_ENV, 'setup does not run in production mode'],
    ['simulation', (compose) => Object.assign(service(compose, 'api').environment ?? {}, { SIMULATION: 'on' }), 'api is given SIMULATION, which has no place in production'],
  ])('%s is found', (_, spoil, mistake) => {
    const compose = readComposeFile(text);
    spoil(compose);
    expect(composeMistakes(compose)).toContainEqual(expect.stringContaining(mistake));
  });
});

describe('what lies beside it', () => {
  test('.env.example names every variable and no other, and fills the file in', () => {
    const settings = settingsOf(readFileSync(join(PROJECT, '.env.example'), 'utf8'));
    const { COMPOSE_PROFILES, ...ours } = settings; // Compose's own
    expect(readComposeFile(text).services['bank-sandbox']?.profiles).toEqual([COMPOSE_PROFILES]);
    expect(Object.keys(ours).sort()).toEqual([...new Set(variablesIn(text).map(({ name }) => name))].sort());
    expect(service(readComposeFile(filledIn(text, settings)), 'worker').environment?.BANK_URL).toBe('http://bank-sandbox:3100');
  });

  test('no bank is chosen in silence: without BANK_URL nothing starts', () => {
    expect(() => filledIn(text, {})).toThrow('BANK_URL must be set');
  });

  test('WORKER_PROMOTE reaches API and worker alike; unset or empty it is what both take on an existing cluster', () => {
    const promotion = (WORKER_PROMOTE?: string) => {
      const compose = readComposeFile(filledIn(text, { BANK_URL: 'http://bank', ...(WORKER_PROMOTE === undefined ? {} : { WORKER_PROMOTE }) }));
      return ['api', 'worker'].map((name) => service(compose, name).environment?.WORKER_PROMOTE);
    };
    expect(promotion('off')).toEqual(['off', 'off']);
    for (const unset of [undefined, '']) expect(promotion(unset)).toEqual(['new', 'new']);
    expect(readConfig({ TEMPORAL_ADDRESS: 'temporal:7233' }).workerPromote).toBe('new');
  });

  test('secrets, settings and data stay out of the image and of git', () => {
    const names = namesInImage();
    for (const name of ['secrets', '.env', '.data', '.git', 'node_modules', 'test']) expect(names).not.toContain(name);
    const ignored = readFileSync(join(PROJECT, '.gitignore'), 'utf8').split('\n');
    for (const name of ['secrets/', '.env', '.data/']) expect(ignored).toContain(name);
  });

  test('the secrets that are made are the ones that are read, and a second run keeps them', () => {
    const script = join(PROJECT, 'infra/containers/make-secrets.sh');
    const place = join(directory, 'secrets');
    const make = () => execFileSync('sh', [script, place], { encoding: 'utf8' });
    make();
    const read = (name: string) => readFileSync(join(place, name), 'utf8').trim();
    const declared = Object.values(readComposeFile(text).secrets).map(({ file }) => file.replace('./secrets/', ''));
    expect(readdirSync(place).sort()).toEqual(declared.sort());
    expect(read('postgres_password')).toMatch(/^[0-9a-f]{48}$/);
    expect(new Set(declared.map(read)).size).toBe(declared.length);
    expect(read('database_url')).toBe(`postgresql://bihuan:${read('service_db_password')}@postgres:5432/bihuan`);
    // Others on the machine cannot enter; the users inside of the containers, who are others, can read.
    expect(statSync(place).mode & 0o777).toBe(0o700);
    expect(declared.map((name) => statSync(join(place, name)).mode & 0o777)).toEqual(declared.map(() => 0o644));

    rmSync(join(place, 'admin_password'));
    const before = read('database_url');
    expect(make()).toBe(`made ${join(place, 'admin_password')}\n`);
    expect(read('database_url')).toBe(before);
  });

  test("the engine's settings are those of the embedded engine without simulation", () => {
    const settings: unknown = parse(readFileSync(join(PROJECT, 'infra/containers/dynamic-config.yaml'), 'utf8'));
    expect(settings).toEqual(parse(dynamicConfigYaml(engineSettings({ simulation: false }))));
  });

  test("the engine's server finds what it names: database, secret and settings", () => {
    const { services, configs } = readComposeFile(text);
    const server = readFileSync(join(PROJECT, configs.temporal_server?.file ?? ''), 'utf8');
    expect(server).not.toMatch(/^\s*password:/m);
    for (const address of server.match(/connectAddr: \S+/g) ?? []) expect(Object.keys(services)).toContain(/connectAddr: ([^:]+):5432$/.exec(address)?.[1]);
    for (const [, secret = ''] of server.matchAll(/\/run\/secrets\/(\w+)/g)) expect(services.temporal?.secrets).toContain(secret);
    expect(services.temporal?.configs?.map(({ target }) => target)).toContain(/filepath: (\S+)/.exec(server)?.[1]);
    expect(services.temporal?.healthcheck?.test.at(-1)).toBe(/grpcPort: (\d+)/.exec(server)?.[1]);
    const sql = readFileSync(join(PROJECT, configs.create_databases?.file ?? ''), 'utf8');
    for (const [, name = ''] of server.matchAll(/databaseName: (\w+)/g)) expect(sql).toContain(`create database ${name} owner temporal;`);
    for (const [, secret = ''] of sql.matchAll(/\/run\/secrets\/(\w+)/g)) expect(services.postgres?.secrets).toContain(secret);
  });
});

describe('the health check', () => {
  const codeFor = (url: string) =>
    new Promise<number | null>((resolve) => spawn(process.execPath, [join(PROJECT, 'infra/containers/healthy.mjs'), url], { stdio: 'ignore' }).once('exit', resolve));

  test('a service that answers with success is healthy; one that refuses, or is not there, is not', async () => {
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/ok' ? 200 : 503;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await Promise.all([codeFor(`${url}/ok`), codeFor(`${url}/down`)])).toEqual([0, 1]);
    await new Promise((resolve) => server.close(resolve));
    expect(await codeFor(`${url}/ok`)).toBe(1);
  });
});

test('another schema than the pinned one is refused', () => {
  const file = join(directory, 'schema.json');
  writeFileSync(file, '{}');
  expect(() => officialSchema(file)).toThrow('this is not the schema of github.com/compose-spec/compose-go');
  expect(() => officialSchema(join(directory, 'none.json'))).toThrow('cannot be had');
});
