import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(__dirname, '../../..');
let dataDir: string;
let bank: ChildProcess | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bank-process-'));
});

afterEach(async () => {
  if (bank?.exitCode === null && bank.signalCode === null) await kill('SIGKILL');
  await rm(dataDir, { recursive: true });
});

function run(env: Record<string, string>): ChildProcess {
  bank = spawn(process.execPath, ['--import', 'tsx', 'bank-sandbox/main.ts'], { cwd: ROOT, env: { ...process.env, DATA_DIR: dataDir, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  return bank;
}

async function listening(): Promise<string> {
  const child = run({ BANK_PORT: '0', BANK_ANSWER_AFTER_MS: '60000' });
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return /^bank sandbox listening on (http:\/\/\S+)$/.exec(line)![1]!;
}

async function kill(signal: NodeJS.Signals): Promise<unknown> {
  const exit = once(bank!, 'exit');
  bank!.kill(signal);
  return exit;
}

const order = JSON.stringify({ amountFen: 1, payee: { name: 'a', cardNumber: '6200001000000237577', bankName: 'b' }, reference: 'r' });

test('a bank that is killed in the middle of orders knows every one it has acknowledged', async () => {
  const url = await listening();
  const acknowledged: string[] = [];
  const order1to200 = Array.from({ length: 200 }, async (_, index) => {
    const response = await fetch(`${url}/transfers/t${index}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: order });
    if (response.status === 202) acknowledged.push(`t${index}`);
    if (acknowledged.length === 20) await kill('SIGKILL');
  });
  await Promise.allSettled(order1to200);
  expect(acknowledged.length).toBeGreaterThanOrEqual(20);

  const { items } = (await (await fetch(`${await listening()}/transfers`)).json()) as { items: { transferId: string }[] };
  expect(items.map(({ transferId }) => transferId)).toEqual(expect.arrayContaining(acknowledged));
});

test('SIGTERM ends the process cleanly', async () => {
  await listening();
  expect(await kill('SIGTERM')).toEqual([0, null]);
});

test('a mistake in the environment is one sentence and exit code 1', async () => {
  const child = run({ BANK_PORT: 'x' });
  const [[line], [code]] = (await Promise.all([once(createInterface({ input: child.stderr! }), 'line'), once(child, 'exit')])) as [[string], [number]];
  expect(line).toContain('BANK_PORT is "x"');
  expect(code).toBe(1);
});
