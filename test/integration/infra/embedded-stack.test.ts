import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as TemporalClient, Connection } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { Client as PostgresClient } from 'pg';
import { readConfig } from '../../../infra/config';
import { forget } from '../../../infra/data-dir';
import { startInfrastructure, type Infrastructure } from '../../../infra/embedded-stack';
import { StartupError } from '../../../infra/errors';
import { freePorts, LOCAL } from '../../../infra/ports';
import { identify, isRunning, type ProcessIdentity } from '../../../infra/process-identity';
import { until } from '../../../infra/until';

const root = mkdtempSync(join(tmpdir(), 'bihuan-infra-'));
chmodSync(root, 0o755); // as a project's directory usually is; a closed one has a test of its own
const searchAttributes = { CaseState: 'Keyword', DueOn: 'Datetime' } as const;

let failures: string[];
let progress: string[];
let running: Infrastructure[];
const seen = new Map<number, ProcessIdentity>();

beforeEach(() => {
  [failures, progress, running] = [[], [], []];
});
afterEach(async () => {
  for (const infra of running) await infra.stop();
  expect([...seen.values()].filter(isRunning)).toEqual([]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function start(dataDir: string, env: Record<string, string> = {}): Promise<Infrastructure> {
  const config = readConfig({ ...process.env, DATA_DIR: dataDir, UI_PORT: '0', DATABASE_URL: '', TEMPORAL_ADDRESS: '', ...env });
  const infra = await startInfrastructure(config, {
    searchAttributes,
    codecUrl: 'http://127.0.0.1:3999/v1/engine-payloads',
    onProgress: (line) => void progress.push(line),
    onFailure: (sentence) => void failures.push(sentence),
  });
  running.push(infra);
  for (const { pid } of records(dataDir)) {
    const identity = identify(pid);
    if (identity !== undefined) seen.set(pid, identity);
  }
  return infra;
}

function records(dataDir: string): { pid: number; title: string }[] {
  const directory = join(dataDir, 'run');
  return readdirSync(directory).map((file) => JSON.parse(readFileSync(join(directory, file), 'utf8')) as { pid: number; title: string });
}

function pidOf(dataDir: string, title: string): number {
  return records(dataDir).find((record) => record.title === title)!.pid;
}

async function query<T extends object>(infra: Infrastructure, text: string): Promise<T[]> {
  const client = new PostgresClient({ connectionString: infra.databaseUrl });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

async function withTemporal<T>(infra: Infrastructure, work: (client: TemporalClient) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: infra.temporal.address });
  try {
    return await work(new TemporalClient({ connection, namespace: infra.temporal.namespace }));
  } finally {
    await connection.close();
  }
}

test('namespace, search attributes and UI are there, and a restart on other ports keeps both databases', async () => {
  const dataDir = join(root, 'kept');
  const first = await start(dataDir);
  await withTemporal(first, async (client) => {
    const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace: 'default' });
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(['CaseState', 'DueOn']));
    const { config } = await client.workflowService.describeNamespace({ namespace: 'default' });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
    await client.workflow.start('hardshipCase', {
      taskQueue: 'nobody',
      workflowId: 'case-1',
      typedSearchAttributes: new TypedSearchAttributes([{ key: defineSearchAttributeKey('CaseState', 'KEYWORD'), value: 'intake' }]),
    });
  });
  expect((await fetch(first.uiUrl!)).status).toBe(200);
  expect(await (await fetch(`${first.uiUrl!}/api/v1/settings`)).json()).toMatchObject({ Codec: { Endpoint: 'http://127.0.0.1:3999/v1/engine-payloads', IncludeCredentials: true } });
  await query(first, 'create table kept (line text)');
  await query(first, `insert into kept values ('here')`);
  await first.stop();
  await first.stop();

  const second = await start(dataDir);
  expect(second.temporal.address).not.toBe(first.temporal.address);
  expect(await query(second, 'select line from kept')).toEqual([{ line: 'here' }]);
  await withTemporal(second, async (client) => {
    expect((await client.workflow.getHandle('case-1').describe()).status.name).toBe('RUNNING');
    const listed = await until(async () => {
      for await (const { workflowId } of client.workflow.list({ query: `CaseState = 'intake'` })) return workflowId;
      return undefined;
    }, { withinMs: 5_000 });
    expect(listed).toBe('case-1');
  });
  expect(failures).toEqual([]);
});

test('two stacks run side by side, and a second one on the same directory is refused with the process id', async () => {
  const [a, b] = await Promise.all([start(join(root, 'a')), start(join(root, 'b'))]);
  expect(a.temporal.address).not.toBe(b.temporal.address);
  await expect(start(join(root, 'a'))).rejects.toThrow(`Another stack (process ${process.pid}) is already running on DATA_DIR`);
});

test.each(['POSTGRES_PORT', 'TEMPORAL_PORT', 'UI_PORT'])('a %s that is taken is named, and what had started is stopped', async (variable) => {
  const [port] = (await freePorts(1)) as [number];
  const other = createServer().listen(port, LOCAL);
  const dataDir = join(root, 'taken');
  await expect(start(dataDir, { [variable]: String(port) })).rejects.toThrow(`${variable} is ${port}, but another program is already listening on port ${port}`);
  expect(records(dataDir)).toEqual([]);
  await new Promise((resolve) => other.close(resolve));
});

test('a data directory that cannot be made gives one sentence', async () => {
  writeFileSync(join(root, 'file'), '');
  const starting = start(join(root, 'file', 'data'));
  await expect(starting).rejects.toBeInstanceOf(StartupError);
  await expect(starting).rejects.toThrow(/^DATA_DIR \S+ cannot be written/);
});

test('a database server that is not there gives one sentence without its password', async () => {
  const [port] = (await freePorts(1)) as [number];
  const starting = start(join(root, 'nodb'), { DATABASE_URL: `postgresql://u:secret@127.0.0.1:${port}/aid` });
  await expect(starting).rejects.toThrow(`The PostgreSQL at 127.0.0.1:${port} cannot be used`);
  await expect(starting).rejects.not.toThrow('secret');
});

test.each(['The Temporal server', 'PostgreSQL'])('when %s is killed the service is told once, in one sentence', async (title) => {
  const dataDir = join(root, 'kept');
  const infra = await start(dataDir);
  process.kill(pidOf(dataDir, title), 'SIGKILL');
  const [sentence] = await until(() => (failures.length > 0 ? failures : undefined), { withinMs: 5_000 });
  expect(sentence).toMatch(new RegExp(`^${title} stopped unexpectedly \\(killed by SIGKILL\\); .*its log is ${dataDir}/logs/\\S+\\.log\\.$`));
  await infra.stop();
  expect(failures).toHaveLength(1);
});

test('when the UI is killed the service goes on', async () => {
  const dataDir = join(root, 'kept');
  await start(dataDir);
  process.kill(pidOf(dataDir, 'The Temporal UI'), 'SIGKILL');
  await until(() => progress.find((line) => line.endsWith('The service goes on without it.')), { withinMs: 5_000 });
  expect(failures).toEqual([]);
});

test('an external PostgreSQL serves both the service and the engine, for one stack at a time', async () => {
  const host = await start(join(root, 'kept'));
  const DATABASE_URL = host.databaseUrl.replace(/bihuan$/, 'aid');
  const guest = await start(join(root, 'guest'), { DATABASE_URL });
  expect(guest.databaseUrl).toBe(DATABASE_URL);
  const names = (await query<{ datname: string }>(guest, 'select datname from pg_database')).map(({ datname }) => datname);
  expect(names).toEqual(expect.arrayContaining(['aid', 'aid_temporal', 'aid_temporal_visibility']));
  await expect(start(join(root, 'guest2'), { DATABASE_URL })).rejects.toThrow('Another stack already runs its Temporal server on the database "aid_temporal"');
  await guest.stop();
});

test('an existing Temporal cluster is used and no engine is started', async () => {
  const cluster = await start(join(root, 'kept'));
  const dataDir = join(root, 'client');
  const infra = await start(dataDir, { TEMPORAL_ADDRESS: cluster.temporal.address, TEMPORAL_NAMESPACE: 'other' });
  expect(infra.temporal).toEqual({ address: cluster.temporal.address, namespace: 'other' });
  expect(infra.uiUrl).toBeUndefined();
  expect(records(dataDir).map(({ title }) => title)).toEqual(['PostgreSQL']);
  await infra.stop();
});

describe('when our own process is killed', () => {
  const dataDir = join(root, 'killed');

  async function startElsewhere(): Promise<ChildProcess> {
    const script = `
      const { readConfig } = require('./infra/config'); const { startInfrastructure } = require('./infra/embedded-stack');
      startInfrastructure(readConfig(process.env), { searchAttributes: {}, onProgress() {}, onFailure() {} }).then(() => console.log('ready'));
      setInterval(() => {}, 1000);`;
    const env = { ...process.env, DATA_DIR: dataDir, UI_PORT: '0', DATABASE_URL: '', TEMPORAL_ADDRESS: '' };
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], { cwd: join(__dirname, '../../..'), env, stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    return child;
  }

  test('everything it started is stopped by the watchdog', async () => {
    const child = await startElsewhere();
    const started = records(dataDir).map(({ pid }) => identify(pid)!);
    expect(started).toHaveLength(3);
    child.kill('SIGKILL');
    await until(() => (started.some(isRunning) ? undefined : true), { withinMs: 30_000, everyMs: 100 });
  });

  test('and the next start takes over at once, whatever is still running', async () => {
    const child = await startElsewhere();
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const infra = await start(dataDir);
    expect(await query(infra, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

test('a pid file of PostgreSQL that names a stranger does not stop the start', async () => {
  const dataDir = join(root, 'kept');
  const pidFile = join(dataDir, 'postgres', 'data', 'postmaster.pid');
  writeFileSync(pidFile, `${process.pid}\n`);
  await start(dataDir);
});

test('a damaged copy of PostgreSQL in the cache is replaced', async () => {
  const cache = join(root, 'cache');
  mkdirSync(cache);
  const env = { BIHUAN_CACHE_DIR: cache, TEMPORAL_ADDRESS: '127.0.0.1:1' };
  await expect(start(join(root, 'cachetest'), env)).rejects.toThrow('Temporal cluster at 127.0.0.1:1 cannot be used');
  const [copy] = readdirSync(cache) as [string];
  writeFileSync(join(cache, copy, 'bin', 'postgres'), 'cut short');
  await expect(start(join(root, 'cachetest'), env)).rejects.toThrow('Temporal cluster at 127.0.0.1:1 cannot be used');
  expect(readdirSync(cache)).toEqual([copy]);
});

test('forget refuses while a stack runs, and then leaves nothing', async () => {
  const dataDir = join(root, 'kept');
  const infra = await start(dataDir);
  await expect(forget(dataDir)).rejects.toThrow(`A stack (process ${process.pid}) is running`);
  await infra.stop();
  expect(await forget(dataDir)).toBe(true);
  expect(readdirSync(root)).not.toContain('kept');
});

const asRoot = process.getuid?.() === 0 ? test : test.skip;

asRoot('root may start it in a closed home: PostgreSQL keeps its data where its user can reach it, and forget finds it', async () => {
  const home = join(root, 'home');
  mkdirSync(home, { mode: 0o700 });
  const dataDir = join(home, 'data');
  const infra = await start(dataDir, { BIHUAN_CACHE_DIR: '' });
  expect(lstatSync(join(dataDir, 'postgres')).isSymbolicLink()).toBe(true);
  const place = realpathSync(join(dataDir, 'postgres'));
  expect(progress).toEqual([expect.stringContaining(`PostgreSQL keeps its data in ${place}`)]);
  await infra.stop();
  await forget(dataDir);
  expect(existsSync(place)).toBe(false);
});
