import { CallerAt } from '../given/caller';
import { ServiceClient, type Json } from '../given/service-client';
import { givenCase, type WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

interface Entry {
  type: string;
  data: Json;
}

let client: ServiceClient;
let walked: WalkedCase;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
  walked = await givenCase(client, 'upperReview');
});

async function timelineFor(user: string): Promise<Entry[]> {
  const { status, body } = await client.call<{ items: Entry[] }>('listCaseEvents', user, { caseId: walked.id, limit: 200 });
  expect(status).toBe(200);
  return body.items;
}

const filed = (items: Entry[]) => items.find(({ type }) => type === 'applicationSubmitted')?.data ?? {};

test('who only pays reads in the timeline no more of the proofs and the household than in the case', async () => {
  for (const user of ['wx-liangxi.finance', 'wx-liangxi.treasurer', 'wx.finance']) {
    const items = await timelineFor(user);
    const text = JSON.stringify(items);
    for (const secret of ['birthOn', 'claimedExpenses', 'diagnosisOrDischarge', 'medicalBill', 'medicalFen', 'idCard']) expect([user, text.includes(secret)]).toEqual([user, false]);
    expect(filed(items)).toMatchObject({ number: walked.view.number });
  }
});

test('the date of birth, which the mask of the ID number hides, is in no timeline but of those who may reveal the number', async () => {
  const machine = await (await CallerAt.anywhere(testStack().url).signIn('wx-liangxi.admin', testStack().password)).post<{ token: string }>('/v1/machine-clients', {
    name: '读取时间线',
    orgId: 'wx-liangxi',
    scopes: ['listCaseEvents'],
    expiresInDays: 1,
  });
  const byMachine = await CallerAt.anywhere(testStack().url).another(machine.body.token).get<{ items: Entry[] }>(`/v1/cases/${walked.id}/events?limit=200`);
  const others = await Promise.all(['wx-liangxi.auditor', 'wx.supervisor', 'js.auditor', 'wx-liangxi.leader', 'wx-liangxi.member1'].map(timelineFor));
  for (const items of [byMachine.body.items, ...others]) {
    expect(JSON.stringify(items)).not.toContain('birthOn');
    // What the procedure works with is there: incomes, and what is claimed and proved.
    expect(filed(items)).toMatchObject({ claimedExpenses: expect.anything() as unknown, household: { members: expect.arrayContaining([expect.objectContaining({ memberNo: 1, annualIncomeFen: expect.any(Number) as number })]) as unknown } });
  }
  for (const user of [walked.clerk, 'wx-liangxi.handler', 'wx-liangxi.head']) expect(JSON.stringify(filed(await timelineFor(user)))).toContain('"birthOn":"');
});
