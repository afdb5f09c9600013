import type { CaseView } from '../../../api/schemas/case';
import { ServiceClient } from '../given/service-client';
import { givenApplication } from '../given/application';
import { expectProblem } from '../given/problem';
import { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';
import { freshPerson } from '../given/id-number';

type Found = { items: CaseView[]; nextCursor: string | null };

const CARD = '6200001000000777001';
let client: ServiceClient;
let walked: WalkedCase;
let phone: string;
let child: string;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
  phone = `134${String(Date.now()).slice(-8)}`;
  const application = givenApplication({ cardNumber: CARD });
  const { idNumber, birthOn } = freshPerson();
  child = idNumber;
  const members = [...application.household.members, { memberNo: 2, relation: 'child' as const, name: '柏小禾', idNumber, birthOn, annualIncomeFen: 0 }];
  walked = await WalkedCase.submit(client, { cardNumber: CARD }, { applicant: { ...application.applicant, phone }, household: { ...application.household, members } });
});

async function search(as: string, by: Record<string, unknown>): Promise<string[]> {
  const { status, body } = await client.call<Found>('searchCases', as, by);
  expect(status).toBe(200);
  return body.items.map(({ id }) => id);
}

test("a case is found by the applicant's or a member's whole ID number, by phone and by card, however they are written", async () => {
  const own = walked.application.applicant;
  for (const by of [
    { idNumber: own.idNumber.toLowerCase() },
    { idNumber: ` ${own.idNumber} ` },
    { idNumber: child },
    { phone },
    { phone: `+86 ${phone}` },
    { phone, state: 'intake', applicantName: own.name },
  ]) {
    expect(await search(walked.clerk, by)).toContain(walked.id);
  }
  expect(await search(walked.clerk, { cardNumber: CARD, idNumber: child })).toEqual([walked.id]);
});

test('the audit tells by what was searched and which case was shown, never what was searched for', async () => {
  const from = new Date().toISOString().replace('Z', '+00:00');
  await search(walked.clerk, { idNumber: child, state: 'intake', limit: 7 });
  await search(walked.clerk, {});
  const { body } = await client.call<{ items: { cases: number; details: Record<string, unknown> }[] }>('listAuditEntries', 'wx.auditor', { from, operation: 'searchCases', actor: walked.clerk });
  const items: unknown = expect.any(Number);
  expect(body.items.map(({ details }) => details)).toEqual([{ items }, { items: 1, filters: ['idNumber', 'state'] }]);
  expect(JSON.stringify(body)).not.toContain(child);
  const accesses = await client.call<{ items: { operation: string }[] }>('listAccessesToCase', 'wx.auditor', { caseId: walked.id, from, operation: 'searchCases' });
  expect(accesses.body.items.length).toBeGreaterThan(0);
});

test('part of a number finds nothing, nor does another state, nor a number that nobody has', async () => {
  for (const by of [{ idNumber: child.slice(0, 17) }, { phone: phone.slice(0, 10) }, { phone, state: 'active' }, { idNumber: freshPerson().idNumber }]) {
    expect(await search(walked.clerk, by)).toEqual([]);
  }
});

test('whoever may not see the case does not find it either, and is told no more than of a number that nobody has', async () => {
  for (const as of ['bz-woyang.handler', 'wx-huishan.handler']) expect(await search(as, { idNumber: child })).toEqual([]);
  expect((await client.call('searchCases', 'wx.admin', { idNumber: child })).status).toBe(403);
  expect((await client.call('searchCases', null, { idNumber: child })).status).toBe(401);
});

test('a telephone number is not found by trying: who sees it masked and may not have it revealed does not search by it', async () => {
  for (const as of ['wx-liangxi.leader', 'wx-liangxi.finance', 'wx-liangxi.treasurer', 'wx.auditor', 'wx.supervisor']) expectProblem(await client.call<unknown>('searchCases', as, { phone }), 403, 'FORBIDDEN');
  for (const as of ['wx-liangxi.handler', 'wx-liangxi.head']) expect(await search(as, { phone })).toEqual([walked.id]);
  expect(await search('wx.auditor', { idNumber: child })).toEqual([walked.id]);
});

test('no number of a person goes into an address: the list knows no such question', async () => {
  const { body } = await client.call<Found>('listCases', walked.clerk, { applicantName: walked.application.applicant.name, limit: 200 });
  expect(body.items.length).toBeGreaterThan(0);
  const openapi = (await (await fetch(`${testStack().url}/openapi.json`)).json()) as { paths: Record<string, { get: { parameters: { name: string; in: string }[] } }> };
  const asked = openapi.paths['/v1/cases']!.get.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  for (const name of ['idNumber', 'phone', 'cardNumber']) expect(asked).not.toContain(name);
});
