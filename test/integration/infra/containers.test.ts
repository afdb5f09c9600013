import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { parse, stringify } from 'yaml';
import { readConfig } from '../../../infra/config';
import { openDataDir, type DataDir } from '../../../infra/data-dir';
import { freePorts, LOCAL } from '../../../infra/ports';
import { startEmbeddedPostgres } from '../../../infra/postgres/embedded';
import type { PostgresServer } from '../../../infra/postgres/server';
import { startProcess, type RunningProcess, type Surroundings } from '../../../infra/process';
import { openProcessRecords } from '../../../infra/process-records';
import { startServiceProcess } from '../../../infra/service-process';
import { StopList } from '../../../infra/stop-list';
import { connectEngine } from '../../../infra/temporal/engine-client';
import type { EngineTls } from '../../../infra/temporal/engine-tls';
import { findEngine } from '../../../infra/temporal/find-engine';
import { accepts } from '../../../infra/temporal/health';
import { startWatchdog } from '../../../infra/watchdog';
import { filledIn, PROJECT, readComposeFile, settingsOf } from '../../containers/compose-file';

/*
 * What docker-compose.yml starts, started without containers: the same programs with the same settings, files and secrets. Only names of
 * hosts, ports and paths are this machine's. PostgreSQL and the engine are those of the embedded stack, of the same versions.
 */

const run = promisify(execFile);
const root = mkdtempSync(join(tmpdir(), 'bihuan-containers-'));
const secrets = join(root, 'secrets');
const compose = readComposeFile(filledIn(readFileSync(join(PROJECT, 'docker-compose.yml'), 'utf8'), settingsOf(readFileSync(join(PROJECT, '.env.example'), 'utf8'))));
const stops = new StopList();
const pids: Record<string, number> = {};
let dataDir: DataDir;
let around: Surroundings;
let postgres: PostgresServer;
let sqlToolPath: string;
let engine: RunningProcess & { start: () => Promise<RunningProcess> };
let at: { postgres: string; temporal: string; bank: string; api: string; worker: string };

function secret(name: string): string {
  return readFileSync(join(secrets, name), 'utf8').trim();
}

/** A text of docker-compose.yml with the places of the containers replaced by the ones of this machine. */
function here(text: string): string {
  return text.replaceAll('/run/secrets', secrets).replaceAll('postgres:5432', at.postgres).replaceAll('temporal:7233', at.temporal).replaceAll('http://bank-sandbox:3100', at.bank).replace(/^0\.0\.0\.0$/, LOCAL);
}

function environmentOf(name: string, own: Record<string, string> = {}): Record<string, string> {
  const { environment = {} } = compose.services[name]!;
  // The certificate is for "temporal", the name that the server has among the containers.
  const named: Record<string, string> = 'TEMPORAL_TLS_SERVER_CA_CERT_PATH' in environment ? { TEMPORAL_TLS_SERVER_NAME: 'temporal' } : {};
  return { ...Object.fromEntries(Object.entries(environment).map(([variable, value]) => [variable, here(value)])), ...named, ...own };
}

async function sql<T extends object>(user: string, password: string, database: string, text: string): Promise<T[]> {
  const client = new Client({ connectionString: `postgresql://${user}:${password}@${at.postgres}/${database}` });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

/** As the PostgreSQL image does: a superuser named postgres runs the file, which reads the passwords from the secrets. */
async function createDatabases(): Promise<void> {
  const owner = new URL(postgres.urlOf('postgres'));
  await sql(owner.username, owner.password, 'postgres', `create role postgres superuser login password '${secret('postgres_password')}'`);
  // The embedded cluster belongs to a role of the name that the file creates.
  await sql('postgres', secret('postgres_password'), 'postgres', `alter role ${owner.username} rename to embedded`);
  let script = readFileSync(join(PROJECT, compose.configs.create_databases!.file), 'utf8');
  for (const [line, variable = '', file = ''] of script.matchAll(/^\\set (\w+) `cat (\S+)`$/gm)) {
    script = script.replace(line, '').replaceAll(`:'${variable}'`, `'${readFileSync(here(file), 'utf8').trim()}'`);
  }
  expect(script).not.toContain('\\');
  const statements = script.replace(/^--.*$/gm, '').split(';').filter((statement) => statement.trim() !== '');
  for (const statement of statements) await sql('postgres', secret('postgres_password'), 'postgres', statement);
}

async function updateEngineSchema(): Promise<void> {
  const [host = '', port = ''] = at.postgres.split(':');
  const env = { PATH: `${sqlToolPath}:${process.env.PATH ?? ''}`, ...environmentOf('engine-schema', { SQL_HOST: host, SQL_PORT: port }) };
  await run('sh', [join(PROJECT, compose.configs.engine_schema!.file)], { env, cwd: '/', timeout: 60_000 });
}

interface ServerConfig {
  services: Record<string, { rpc: { grpcPort: number; membershipPort: number; bindOnIP: string } }>;
  clusterMetadata: { clusterInformation: { active: { rpcAddress: string } } };
  dynamicConfigClient: { filepath: string };
}

/** The server's own file with free ports; answers the port of its frontend. */
async function writeServerConfig(file: string): Promise<number> {
  const config = parse(here(readFileSync(join(PROJECT, compose.configs.temporal_server!.file), 'utf8'))) as ServerConfig;
  const ports = await freePorts(8);
  for (const { rpc } of Object.values(config.services)) {
    rpc.grpcPort = ports.pop()!;
    rpc.membershipPort = ports.pop()!;
    rpc.bindOnIP = LOCAL;
  }
  const { grpcPort } = config.services.frontend!.rpc;
  config.clusterMetadata.clusterInformation.active.rpcAddress = `${LOCAL}:${grpcPort}`;
  config.dynamicConfigClient.filepath = join(PROJECT, compose.configs.dynamic_config!.file);
  writeFileSync(file, stringify(config));
  return grpcPort;
}

async function startTemporal(): Promise<void> {
  const file = join(root, 'temporal-server.yaml');
  const port = await writeServerConfig(file);
  at.temporal = `${LOCAL}:${port}`;
  const [, ...args] = compose.services.temporal!.command!;
  expect(compose.services.temporal!.healthcheck!.test).toEqual(['CMD', 'nc', '-z', LOCAL, '7233']);
  const env = { PATH: process.env.PATH ?? '', ...environmentOf('temporal', { TEMPORAL_SERVER_CONFIG_FILE_PATH: file }) };
  const plan = { name: 'temporal', title: 'The server', command: join(sqlToolPath, 'temporal-server'), args, env, cwd: root, logFile: dataDir.logFile('temporal'), stopSignal: 'SIGTERM' as const, graceMs: 20_000 };
  const isReady = () => accepts(at.temporal); // what `nc -z` asks
  const start = () => startProcess(plan, around, { isReady, withinMs: 60_000 });
  engine = { ...(await start()), start };
  stops.add(() => engine.stop());
}

async function prepare(own: Record<string, string> = {}): Promise<{ code: number; said: string }> {
  const args = ['--import', 'tsx', ...compose.services.setup!.command!];
  const { PATH = '', HOME = '' } = process.env;
  return run(process.execPath, args, { cwd: PROJECT, env: { PATH, HOME, ...environmentOf('setup', own) }, timeout: 120_000 }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: unknown) => {
      const { code, stderr } = error as { code: number; stderr: string };
      return { code, said: stderr };
    },
  );
}

async function startOurs(name: 'api' | 'worker' | 'bank-sandbox', url: string, own: Record<string, string>): Promise<void> {
  const { command, healthcheck } = compose.services[name]!;
  const readyUrl = url + new URL(healthcheck!.test.at(-1)!).pathname;
  const running = await startServiceProcess({ name, title: name, entry: join(PROJECT, command![0]!), env: environmentOf(name, own), readyUrl }, dataDir.logFile(name), around);
  pids[name] = running.pid;
  stops.add(() => running.stop());
}

function signIn(username: string, password: string): Promise<Response> {
  return fetch(`${at.api}/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username, password }) });
}

beforeAll(async () => {
  chmodSync(root, 0o755); // PostgreSQL's own user must be able to go in
  const config = readConfig({ ...process.env, DATA_DIR: join(root, 'data'), DATABASE_URL: '', TEMPORAL_ADDRESS: '' });
  dataDir = openDataDir(config.dataDir);
  const watchdog = startWatchdog();
  stops.add(() => dataDir.release());
  stops.add(() => watchdog.dismiss());
  around = { watchdog, records: openProcessRecords(dataDir.runDir), onUnexpectedExit: (sentence) => void process.stderr.write(`${sentence}\n`) };
  postgres = await startEmbeddedPostgres(config, dataDir, around, () => undefined);
  stops.add(() => postgres.stop());
  const program = await findEngine(config.cacheDir, process.env.PATH ?? '', { onProgress: () => undefined, signal: new AbortController().signal }, undefined);
  if (program.kind !== 'pinned') throw new Error('this test needs the pinned Temporal server');
  sqlToolPath = dirname(program.binaries.server);

  const [bank, api, worker] = await freePorts(3);
  at = { postgres: new URL(postgres.urlOf('postgres')).host, temporal: '', bank: `http://${LOCAL}:${bank}`, api: `http://${LOCAL}:${api}`, worker: `http://${LOCAL}:${worker}` };
  await run('sh', [join(PROJECT, 'infra/containers/make-secrets.sh'), secrets]);
  for (const name of ['database_url', 'worker_database_url', 'api_database_url']) writeFileSync(join(secrets, name), secret(name).replace('postgres:5432', at.postgres));
  await createDatabases();
  await updateEngineSchema();
  await startTemporal();
});

afterAll(async () => {
  await stops.stopAll();
  rmSync(root, { recursive: true, force: true });
});

test('set-up makes an empty database ready, enters the administrator once, and can be repeated', async () => {
  expect(await prepare({ ADMIN_ORG: 'nobody' })).toEqual({ code: 1, said: expect.stringContaining('ADMIN_ORG is "nobody"') as string });
  const first = await prepare();
  expect(first).toEqual({ code: 0, said: expect.stringContaining('The administrator "admin" has been entered.') as string });
  writeFileSync(join(root, 'other-password'), 'quite another password\n');
  const second = await prepare({ ADMIN_PASSWORD_FILE: join(root, 'other-password') });
  expect(second).toEqual({ code: 0, said: expect.stringContaining('There are users already') as string });
  expect(await sql('bihuan', secret('service_db_password'), 'bihuan', 'select id, roles, is_demo from app_user')).toEqual([{ id: 'admin', roles: ['admin'], is_demo: false }]);
});

test('bank, worker and API become healthy; the administrator can sign in and no demo user can', async () => {
  await startOurs('bank-sandbox', at.bank, { BANK_PORT: new URL(at.bank).port, DATA_DIR: join(root, 'bank') });
  await startOurs('worker', at.worker, { WORKER_PORT: new URL(at.worker).port });
  await startOurs('api', at.api, { PORT: new URL(at.api).port });
  for (const name of ['wx-liangxi-e1.clerk', 'wx.handler', 'wx.head']) expect((await signIn(name, 'demo-password')).status).toBe(401);
  expect((await signIn('admin', 'quite another password')).status).toBe(401);
  const answer = await signIn('admin', secret('admin_password'));
  expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ user: expect.objectContaining({ name: 'admin', orgId: 'wx', roles: ['admin'] }) as object })]);
});

test('the engine lets in who has a certificate of this installation, and nobody else; and the service believes no other engine', async () => {
  const secretPath = (name: string) => join(secrets, name);
  const own = { certificatePath: secretPath('engine_client_certificate'), keyPath: secretPath('engine_client_key') };
  const authorityPath = secretPath('engine_authority');
  const strange = join(root, 'strange');
  await run('sh', [join(PROJECT, 'infra/containers/make-secrets.sh'), strange]);
  const stranger = { certificatePath: join(strange, 'engine_client_certificate'), keyPath: join(strange, 'engine_client_key') };
  const serverName = 'temporal';
  const asks = async (tls: EngineTls | undefined) => {
    const connection = await connectEngine({ address: at.temporal, tls }, { connectTimeout: '3s' });
    try {
      return (await connection.workflowService.getSystemInfo({})).serverVersion;
    } finally {
      await connection.close();
    }
  };
  await expect(asks({ authorityPath, own, serverName })).resolves.toMatch(/^1\./);
  await expect(asks(undefined)).rejects.toThrow('TEMPORAL_TLS_SERVER_CA_CERT_PATH');
  await expect(asks({ authorityPath, serverName })).rejects.toThrow(/certificate required/);
  await expect(asks({ authorityPath, own: stranger, serverName })).rejects.toThrow(/certificate|unknown ca/);
  await expect(asks({ authorityPath: join(strange, 'engine_authority'), own, serverName })).rejects.toThrow(/verify|signed/);
  await expect(asks({ authorityPath, own, serverName: 'other.example' })).rejects.toThrow(/altnames/);
});

test("operators' tools come to the engine by the same settings", async () => {
  const { PATH = '', HOME = '' } = process.env;
  const { stdout } = await run(process.execPath, ['--import', 'tsx', 'operations/upgrade.ts', '--json'], { cwd: PROJECT, env: { PATH, HOME, ...environmentOf('worker') }, timeout: 60_000 });
  expect(JSON.parse(stdout)).toMatchObject({ versions: [expect.objectContaining({ hasWorkers: true })], left: 0 });
});

test('no password stands in the environment of a running process', () => {
  const values = readdirSync(secrets).map(secret);
  for (const pid of [...Object.values(pids), engine.pid]) {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    expect(environment).toContain('PATH=');
    expect(values.filter((value) => environment.includes(value))).toEqual([]);
  }
});

test('the engine cannot enter the database of the service, nor the service that of the engine', async () => {
  await expect(sql('temporal', secret('engine_db_password'), 'bihuan', 'select 1')).rejects.toThrow('permission denied for database');
  await expect(sql('bihuan', secret('service_db_password'), 'temporal', 'select 1')).rejects.toThrow('permission denied for database');
  const roles = await sql('postgres', secret('postgres_password'), 'postgres', "select rolname from pg_roles where rolname in ('bihuan', 'temporal') and (rolsuper or rolcreatedb or rolcreaterole)");
  expect(roles).toEqual([]);
});

test('an upgrade finds its schema done, and a restarted engine serves the API again', async () => {
  await updateEngineSchema();
  await engine.stop();
  expect((await fetch(`${at.api}/health/ready`)).status).toBe(503);
  Object.assign(engine, await engine.start());
  expect((await prepare()).code).toBe(0); // waits until the engine has taken its shards and queues
  expect((await fetch(`${at.api}/health/ready`)).status).toBe(200);
});

test('a record with demo users does not become a production record', async () => {
  await sql('bihuan', secret('service_db_password'), 'bihuan', "insert into app_user values ('wx.handler', 'wx', '{handler}', 'none', true, now())");
  const refused = await prepare();
  expect(refused).toEqual({ code: 1, said: expect.stringContaining('holds demo users, but NODE_ENV is production') as string });
});
