import { connect } from '../../../store/db';
import { testStack } from '../../stack/test-stack';
import { OWN_PASSWORD, settledUser } from '../given/account';
import { CallerAt } from '../given/caller';

const { url, password: demoPassword, databaseUrl } = testStack();
const pool = connect(databaseUrl, 2);
const anywhere = () => CallerAt.anywhere(url);
let admin: CallerAt;
beforeAll(async () => {
  admin = await anywhere().signIn('wx.admin', demoPassword);
});
afterAll(() => pool.end());

interface EventRow {
  type: string;
  actor: string | null;
  addressPrefix: string | null;
  details: Record<string, unknown>;
}

async function eventsOf(userId: string): Promise<EventRow[]> {
  const { rows } = await pool.query<EventRow>('select type, actor, address_prefix as "addressPrefix", details from auth_event where user_id = $1 order by id', [userId]);
  return rows;
}

test('the life of an account is in the list of events: who, what, from which network', async () => {
  const { name, caller, authenticator, recoveryCodes } = await settledUser(admin, anywhere());
  const stranger = anywhere();
  await stranger.login(name, 'wrong password');
  await stranger.login(name, OWN_PASSWORD);
  await stranger.login(name, OWN_PASSWORD, '000000');
  await stranger.login(name, OWN_PASSWORD, recoveryCodes[0]);
  await caller.delete('/v1/session');
  await (await anywhere().signIn(name, OWN_PASSWORD, await authenticator.nextCode())).delete('/v1/sessions');
  await admin.put(`/v1/users/${name}/roles`, { roles: ['finance'] });
  await admin.post(`/v1/users/${name}/second-factor-reset`);
  await admin.post(`/v1/users/${name}/password-reset`);
  await admin.post(`/v1/users/${name}/disabling`);
  await admin.post(`/v1/users/${name}/enabling`);

  const events = await eventsOf(name);
  expect(events.map(({ type, actor }) => [type, actor])).toEqual([
    ['userCreated', 'wx.admin'],
    ['signedIn', name],
    ['passwordChanged', name],
    ['secondFactorConfirmed', name],
    ['signInFailed', null],
    ['secondFactorAsked', null],
    ['signInFailed', null],
    ['recoveryCodeUsed', name],
    ['signedIn', name],
    ['signedOut', name],
    ['signedIn', name],
    ['signedOutEverywhere', name],
    ['rolesChanged', 'wx.admin'],
    ['secondFactorReset', 'wx.admin'],
    ['passwordReset', 'wx.admin'],
    ['userDisabled', 'wx.admin'],
    ['userEnabled', 'wx.admin'],
  ]);
  expect(events.map(({ details }) => details.reason).filter(Boolean)).toEqual(['password', 'code']);
  expect(events.filter(({ type }) => type === 'signedIn').map(({ details }) => details.method)).toEqual(['password', 'passwordAndCode', 'passwordAndCode']);
  expect(events.find(({ type }) => type === 'rolesChanged')?.details).toEqual({ before: ['handler'], after: ['finance'] });
  expect(events[4]!.addressPrefix).toBe(`${stranger.address.split('.').slice(0, 3).join('.')}.0/24`);
});

test('what is typed as a name that nobody has is kept nowhere: it may be a password', async () => {
  const typed = 'my-secret-typed-in-the-wrong-field';
  const caller = anywhere();
  for (let n = 0; n < 6; n++) await caller.login(typed, 'x');
  for (const table of ['auth_event', 'sign_in_delay']) {
    const { rows } = await pool.query<{ text: string }>(`select row_to_json(t)::text as text from ${table} t`);
    expect(rows.map(({ text }) => text).join('\n')).not.toContain(typed);
  }
  const prefix = `${caller.address.split('.').slice(0, 3).join('.')}.0/24`;
  const { rows } = await pool.query<{ type: string; user: string | null }>('select type, user_id as user from auth_event where address_prefix = $1 order by id', [prefix]);
  expect(rows).toEqual([...Array.from({ length: 5 }, () => ({ type: 'signInFailed', user: null })), { type: 'signInDelayed', user: null }]);
});

test.each(['update auth_event set actor = null', 'delete from auth_event', 'truncate auth_event'])('the list of events takes no change: %s', async (statement) => {
  await expect(pool.query(statement)).rejects.toThrow('auth_event is append-only');
});
