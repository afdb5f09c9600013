import { execFile } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const MASTER_KEYS = JSON.stringify({ current: 'one', keys: { one: Buffer.from('0123456789abcdef0123456789ABCDEF').toString('base64') } });
const READY_TO_GO = { MASTER_KEYS, SIGN_IN_KEY: 'a1b2'.repeat(16), DATABASE_URL: 'postgresql://u:wcE7y0@127.0.0.1:9/aid', TEMPORAL_ADDRESS: '127.0.0.1:9', BANK_URL: 'http://127.0.0.1:9', WORKER_PORT: '0' };
const README = 'README, Configuration, says what each setting means.';

interface Ended {
  code: number | string | null | undefined;
  stdout: string;
  stderr: string;
}

/** Runs a program until it ends by itself; its whole settings are `env`. */
function run(program: string, env: Record<string, string>): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', program], { cwd: ROOT, env: { PATH, HOME, ...env }, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

test.each<[string, string, Record<string, string>, string]>([
  [
    'simulation in production',
    'api/main.ts',
    { ...READY_TO_GO, NODE_ENV: 'production', SIMULATION: 'on' },
    'api cannot start. The configuration has a mistake: SIMULATION is on, but no case may run on a simulated clock: unset it.',
  ],
  [
    'production in other letters',
    'worker/main.ts',
    { ...READY_TO_GO, NODE_ENV: 'Production' },
    'worker cannot start. The configuration has a mistake: NODE_ENV is "Production" but must be one of production, development, test.',
  ],
  [
    'nothing set at all',
    'api/main.ts',
    {},
    'api cannot start. The configuration has 4 mistakes: DATABASE_URL must be set, such as postgresql://user:password@host:5432/database; TEMPORAL_ADDRESS must be set, such as 10.0.0.5:7233; ' +
      'MASTER_KEYS (or MASTER_KEYS_FILE) or KMS_URL must be set: without a master key no personal data can be kept; SIGN_IN_KEY must be set, to 64 hexadecimal digits.',
  ],
  [
    'values that are none',
    'api/main.ts',
    { ...READY_TO_GO, DATABASE_URL: 'mysql://u:secret@h/aid', PORT: '80800', LOG_LEVEL: 'loud' },
    'api cannot start. The configuration has 3 mistakes: DATABASE_URL must look like postgresql://user:password@host:5432/database; ' +
      'PORT is "80800" but must be a whole number from 0 to 65535 (0 = any free port); LOG_LEVEL is "loud" but must be one of debug, info, warn, error.',
  ],
  [
    'no bank',
    'worker/main.ts',
    { ...READY_TO_GO, BANK_URL: '', TEMPORAL_ADDRESS: 'cluster', WORKER_PORT: 'x' },
    'worker cannot start. The configuration has 3 mistakes: TEMPORAL_ADDRESS is "cluster" but must be host:port, such as 10.0.0.5:7233; ' +
      'BANK_URL must be set, such as http://127.0.0.1:3100; WORKER_PORT is "x" but must be a whole number from 0 to 65535 (0 = any free port).',
  ],
])('%s: %s says in one line what to set, and ends with 1', async (_what, program, env, sentence) => {
  expect(await run(program, env)).toEqual({ code: 1, stdout: '', stderr: `${sentence} ${README}\n` });
});

test.each(['api', 'worker'])('what %s did not expect is told with where it happened, as a line of its log', async (part) => {
  const { code, stdout, stderr } = await run(`${part}/main.ts`, READY_TO_GO); // an engine that nobody listens for
  const fatal = stdout.trim().split('\n').map((line) => JSON.parse(line) as { level: string }).filter(({ level }) => level === 'fatal');
  expect(fatal).toMatchObject([{ part, msg: 'the process ends', err: { stack: expect.stringContaining('    at ') as string } }]);
  expect([code, stderr]).toEqual([1, '']);
});
