import { newUser } from '../given/account';
import { CallerAt } from '../given/caller';
import { ServiceClient, type Json } from '../given/service-client';
import { givenCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const ADMIN = 'wx-liangxi.admin';
const { url, password } = testStack();
let client: ServiceClient;
let admin: CallerAt;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
  admin = await CallerAt.anywhere(url).signIn(ADMIN, password);
});

/** What the auditor of the county finds of somebody, of one operation. */
async function linesOf(actor: string, operation: string): Promise<{ details: Json; caseId: string | null; outcome: string }[]> {
  const { status, body } = await client.call<{ items: { details: Json; caseId: string | null; outcome: string }[] }>('listAuditEntries', 'wx-liangxi.auditor', { actor, operation, limit: 200 });
  expect(status).toBe(200);
  return body.items;
}
const detailsOf = async (operation: string) => (await linesOf(ADMIN, operation)).filter(({ outcome }) => outcome === 'done').map(({ details }) => details);

test('the auditor reads who made which machine client, with which scopes, and what was read with it', async () => {
  const walked = await givenCase(client, 'visit');
  const scopes = ['getCase', 'listCaseEvents'];
  const { body } = await admin.post<{ client: { id: string }; token: string }>('/v1/machine-clients', { name: '读取', orgId: 'wx-liangxi', scopes, expiresInDays: 1 });
  const clientId = body.client.id;
  expect((await CallerAt.anywhere(url).another(body.token).get(`/v1/cases/${walked.id}`)).status).toBe(200);
  await admin.delete(`/v1/machine-clients/${clientId}`);
  expect(await detailsOf('createMachineClient')).toContainEqual({ clientId, orgId: 'wx-liangxi', scopes });
  expect(await detailsOf('revokeMachineClient')).toContainEqual({ clientId });
  expect((await linesOf(`machine:${clientId}`, 'getCase')).map(({ caseId }) => caseId)).toEqual([walked.id]);
});

test('the auditor reads whom an administrator entered, gave which roles, and whose password he reset', async () => {
  const { name } = await newUser(admin, { roles: ['member1'] });
  await admin.put(`/v1/users/${name}/roles`, { roles: ['handler'] });
  await admin.post(`/v1/users/${name}/password-reset`);
  await admin.post(`/v1/users/${name}/second-factor-reset`);
  await admin.post(`/v1/users/${name}/disabling`);
  expect(await detailsOf('createUser')).toContainEqual({ userName: name, orgId: 'wx-liangxi', roles: ['member1'] });
  for (const operation of ['setUserRoles', 'resetPassword', 'resetSecondFactor', 'disableUser']) {
    expect(await detailsOf(operation)).toContainEqual({ userName: name, orgId: 'wx-liangxi', roles: ['handler'] });
  }
});
