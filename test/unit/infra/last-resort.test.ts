import { execFile } from 'node:child_process';
import { join } from 'node:path';

const LAST_RESORT = join(__dirname, '../../../infra/last-resort.ts');
/** As PostgreSQL's client makes it: the row that it stumbled over is among its fields. */
const ROW_ERROR = `Object.assign(new Error('duplicate key of 林小禾 99010019850317301X'), { code: '23505', detail: 'Key (id_number)=(99010019850317301X) exists', table: 'case_private' })`;

/** Runs a process that guards itself and then lets something escape. */
function escape(statement: string): Promise<{ code: number | string | null | undefined; stdout: string; stderr: string }> {
  const program = `require(${JSON.stringify(LAST_RESORT)}).endAtLastResort('api'); setInterval(() => undefined, 1_000); ${statement}`;
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', '-e', program], { env: { PATH, HOME }, timeout: 60_000 }, (error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }));
  });
}

test.each([
  ['an error that nobody caught', `setTimeout(() => { throw ${ROW_ERROR}; }, 1);`],
  ['a promise that nobody waits for', `void Promise.reject(${ROW_ERROR});`],
])('%s ends the process with one line that says why and nothing of anybody', async (_what, statement) => {
  const { code, stdout, stderr } = await escape(statement);
  expect(code).toBe(1);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ level: 'fatal', part: 'api', err: { code: '23505', message: expect.stringContaining('duplicate key') as string }, msg: 'the process ends' });
  expect(stdout).not.toMatch(/林小禾|9901001985|id_number/);
});

test('what is no error at all ends it as well', async () => {
  const { code, stdout } = await escape(`setTimeout(() => { throw 'tired'; }, 1);`);
  expect([code, JSON.parse(stdout)]).toEqual([1, expect.objectContaining({ level: 'fatal', error: 'tired' })]);
});
