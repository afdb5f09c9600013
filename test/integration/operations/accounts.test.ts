import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../store/db';
import { testStack } from '../../stack/test-stack';
import { OWN_PASSWORD, settledUser } from '../given/account';
import { CallerAt } from '../given/caller';
import { expectProblem } from '../given/problem';

const root = join(__dirname, '..', '..', '..');
const { url, password: demoPassword, databaseUrl, temporalAddress } = testStack();
const anywhere = () => CallerAt.anywhere(url);

/** Runs the tool on the service of the tests. */
function accounts(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--import', 'tsx', join(root, 'operations', 'accounts.ts'), ...args], { cwd: root, env, timeout: 60_000 }, (error, stdout, stderr) => {
      const exitCode = error ? error.code : 0;
      if (typeof exitCode === 'number') resolve({ exitCode, stdout, stderr });
      else reject(error ?? new Error('accounts ended without an exit code'));
    });
  });
}

test('an administrator who has lost everything gets in again by whoever runs the machine', async () => {
  const admin = await anywhere().signIn('wx.admin', demoPassword);
  const lost = await settledUser(admin, anywhere(), { roles: ['admin'] });
  const { exitCode, stdout } = await accounts('reset', lost.name);
  expect(exitCode).toBe(0);
  const [, firstPassword = ''] = /72 hours: (\S+)/.exec(stdout) ?? [];
  expectProblem(await lost.caller.get('/v1/users'), 401, 'UNAUTHENTICATED');
  expectProblem(await anywhere().login(lost.name, OWN_PASSWORD), 401, 'UNAUTHENTICATED');
  const again = await anywhere().signIn(lost.name, firstPassword);
  expect((await again.get('/v1/session')).body).toMatchObject({ owes: ['changePassword', 'enrolSecondFactor'] });
});

test('each reset is in the audit before and after, with the account and the login of whoever ran it; a slip of the pen is not', async () => {
  const { name } = await settledUser(await anywhere().signIn('wx.admin', demoPassword), anywhere(), { roles: ['admin'] });
  await accounts('reset', 'nobody-of-that-name');
  expect((await accounts('reset', name)).exitCode).toBe(0);
  const pool = connect(databaseUrl, 1);
  try {
    const { rows } = await pool.query<Record<string, unknown>>(
      `select kind, actor_kind as "actorKind", actor, outcome, details from audit_entry where operation = 'tool.accounts' and (details ->> 'userName' = $1 or details ->> 'userName' like 'nobody%') order by chain, seq`,
      [name],
    );
    const entry = { kind: 'tool', actorKind: 'operator', actor: process.env.SUDO_USER ?? userInfo().username, outcome: 'done' };
    const details = { reset: true, userName: name, orgId: expect.any(String) as string, roles: ['admin'] };
    expect(rows).toEqual([
      { ...entry, details: { ...details, step: 'begun' } },
      { ...entry, details: { ...details, hadSecondFactor: expect.any(Boolean) as boolean, step: 'ended' } },
    ]);
  } finally {
    await pool.end();
  }
});

test('nobody else is touched by a slip of the pen', async () => {
  expect(await accounts('reset', 'nobody-of-that-name')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('There is no user') as string });
  expect(await accounts('reset', 'wx.handler')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('demo user') as string });
  for (const args of [[], ['reset'], ['remove', 'wx.handler'], ['reset', 'a', 'b']]) expect((await accounts(...args)).exitCode).toBe(2);
});
