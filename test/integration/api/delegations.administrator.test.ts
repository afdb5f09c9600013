import { shanghaiDateAt } from '../../../domain/calendar-date';
import { connect } from '../../../store/db';
import { findStandIn } from '../../../store/delegation.store';
import { newUser } from '../given/account';
import { CallerAt } from '../given/caller';
import { OpenTransaction } from '../given/open-transaction';
import { expectProblem, pathsOf } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { testStack } from '../../stack/test-stack';

const HEAD = 'wx-liangxi.head';
const ADMIN = 'wx-liangxi.admin';
const TODAY = shanghaiDateAt(Date.now());
const { url, password, databaseUrl } = testStack();
const pool = connect(databaseUrl, 2);
let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});
afterAll(() => pool.end());

/** Somebody new of the head's union, who stands in for the head today. */
async function givenStandIn(): Promise<{ name: string; id: string }> {
  const { name } = await newUser(await CallerAt.anywhere(url).signIn(ADMIN, password), { roles: ['member1'] });
  const { status, body } = await client.call<{ id: string }>('delegateDuties', HEAD, { toUser: name, roles: ['head'], fromOn: TODAY, untilOn: TODAY });
  expect(status).toBe(201);
  return { name, id: body.id };
}

const setRoles = (userName: string, roles: string[]) => client.call('setUserRoles', ADMIN, { userName, roles });

async function delegation(id: string): Promise<Json | undefined> {
  const { body } = await client.call<{ items: Json[] }>('listDelegations', HEAD, { limit: 200 });
  return body.items.find((one) => one.id === id);
}

test('who becomes an administrator stands in for nobody any more, and does not again when he is none', async () => {
  const { name, id } = await givenStandIn();
  expect(await findStandIn(pool, name, HEAD, TODAY)).toMatchObject({ id: name, onBehalfOf: HEAD, roles: ['head'] });
  expect((await setRoles(name, ['member2'])).status).toBe(200);
  expect(await delegation(id)).toMatchObject({ revokedBy: null });
  expect((await setRoles(name, ['admin'])).status).toBe(200);
  expect(await delegation(id)).toMatchObject({ revokedBy: ADMIN, revokedAt: expect.any(String) as string });
  expect((await setRoles(name, ['member1'])).status).toBe(200);
  expect(await findStandIn(pool, name, HEAD, TODAY)).toBeUndefined();
});

test('nor by a delegation that is given while somebody is made one', async () => {
  const { name } = await newUser(await CallerAt.anywhere(url).signIn(ADMIN, password), { roles: ['member1'] });
  const becoming = await OpenTransaction.begin(pool);
  await becoming.db.query(`update app_user set roles = '{admin}' where id = $1`, [name]);
  const given = client.call<unknown>('delegateDuties', HEAD, { toUser: name, roles: ['head'], fromOn: TODAY, untilOn: TODAY });
  expect(pathsOf(expectProblem(await becoming.commitUnder(pool, given), 400, 'INVALID_INPUT'))).toEqual(['body.toUser']);
  expect((await setRoles(name, ['member1'])).status).toBe(200);
  expect(await findStandIn(pool, name, HEAD, TODAY)).toBeUndefined();
});

test('not even by a delegation that was left over from an earlier release', async () => {
  const { name, id } = await givenStandIn();
  expect((await setRoles(name, ['admin'])).status).toBe(200);
  await pool.query('update delegation set revoked_at = null, revoked_by = null where id = $1', [id]);
  expect(await findStandIn(pool, name, HEAD, TODAY)).toBeUndefined();
});

test('the eyes of who watches over a union are not its head’s to give, to himself or others; they and the administrator give them', async () => {
  const { name: auditor } = await newUser(await CallerAt.anywhere(url).signIn(ADMIN, password), { roles: ['auditor', 'handler'] });
  const give = (as: string, toUser: string, roles: string[]) => client.call<{ id: string }>('delegateDuties', as, { fromUser: auditor, toUser, roles, fromOn: TODAY, untilOn: TODAY });
  for (const roles of [['auditor'], ['handler', 'auditor']]) for (const toUser of [HEAD, 'wx-liangxi.leader']) expectProblem(await give(HEAD, toUser, roles), 403, 'FORBIDDEN');
  expect((await give(HEAD, 'wx-liangxi.leader', ['handler'])).status).toBe(201);
  const { status, body } = await give(ADMIN, 'wx-liangxi.leader', ['auditor']);
  expect(status).toBe(201);
  // What may not be given may be taken back.
  expect((await client.call('revokeDelegation', HEAD, { delegationId: body.id })).status).toBe(200);
});
