import { givenApplication } from '../given/application';
import { freshPerson } from '../given/id-number';
import { expectProblem } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { givenCase, WalkedCase, type UsualCommand } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const HANDLER = 'wx-liangxi.handler';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

/** The applicant, his wife as no. 2 with all that is known of her, and nobody else. */
function papers() {
  const { applicant, bankAccount, household } = givenApplication();
  const wife = { memberNo: 2, relation: 'spouse' as const, name: '淳于配偶', ...freshPerson(), annualIncomeFen: 0, health: '慢性病乙' };
  return { applicant, bankAccount, household: { ...household, members: [...household.members, wife] } };
}
const givenFile = () => WalkedCase.importFile(client, { fields: papers() });
const wifeOf = ({ application }: WalkedCase) => application.household.members[1]!;
/** Their son, of age; of no household yet. */
const newSon = () => ({ relation: 'child', name: '钟离之子', ...freshPerson(), annualIncomeFen: 0 });
const figures = (memberNo: number, relation: string): Json => ({ memberNo, relation, annualIncomeFen: 0 });

/** The household on record with these in the place of whoever else is in it. */
const householdWith = ({ application: { household } }: WalkedCase, ...others: Json[]) => ({ ...household, members: [figures(1, 'self'), ...others] });
const bring = (walked: WalkedCase, ...others: Json[]) => walked.send('updateFile', walked.clerk, { visit: true, household: householdWith(walked, ...others) });
const reveal = async ({ id }: WalkedCase, field: string) => (await client.call<{ value?: string }>('revealField', HANDLER, { caseId: id, field, memberNo: 2, reason: '核对家庭成员' })).body.value;
const exported = async ({ id }: WalkedCase, memberNo: number) => {
  const { status, body } = await client.call<{ cases: Json[] }>('exportPersonalData', HANDLER, { caseId: id, memberNo, requestedBy: 'person', reason: '本人到柜台申请复制' });
  expect(status).toBe(200);
  return body.cases[0]!;
};

test.each<[command: UsualCommand, there: () => Promise<WalkedCase>]>([
  ['recordVisit', () => givenCase(client, 'visit', {}, papers())],
  ['recordComparison', () => givenCase(client, 'upperReview', {}, papers())],
  ['recordRecheck', givenFile],
  ['updateFile', givenFile],
])('%s gives a number to nobody else, however much it says of the person', async (command, there) => {
  const walked = await there();
  const { name, idNumber, birthOn, ...son } = newSon();
  const others: [Json, number[]][] = [
    [{ ...son, name, idNumber, birthOn, memberNo: 2 }, [2]],
    [{ ...son, name, memberNo: 2 }, [2]],
    [{ ...son, idNumber, memberNo: 2 }, [2]],
    [{ ...son, memberNo: 2 }, [2]],
  ];
  const before = await walked.look(walked.clerk);
  for (const [other, memberNos] of others) {
    const problem = expectProblem(await walked.send(command, walked.whoIsAwaited(command), { ...walked.usual(command), household: householdWith(walked, other) }), 422, 'MEMBER_NUMBER_TAKEN');
    expect(problem.memberNos).toEqual(memberNos);
  }
  const swapped = { ...walked.application.household, members: [figures(1, 'spouse'), figures(2, 'self')] };
  expect(expectProblem(await walked.send(command, walked.whoIsAwaited(command), { ...walked.usual(command), household: swapped }), 422, 'MEMBER_NUMBER_TAKEN').memberNos).toEqual([1, 2]);
  const moved = { ...walked.application.household, members: [figures(3, 'self'), figures(2, 'spouse')] };
  expect(expectProblem(await walked.send(command, walked.whoIsAwaited(command), { ...walked.usual(command), household: moved }), 422, 'MEMBER_NUMBER_TAKEN').memberNos).toEqual([3]);
  expect((await walked.look(walked.clerk)).version).toBe(before.version);
});

test('figures alone, a corrected name and a corrected ID number are still the same person', async () => {
  const walked = await givenFile();
  const { idNumber, name } = wifeOf(walked);
  expect((await bring(walked, figures(2, 'spouse'))).status).toBe(200);
  expect([await reveal(walked, 'member.name'), await reveal(walked, 'member.idNumber'), await reveal(walked, 'member.health')]).toEqual([name, idNumber, '慢性病乙']);
  expect((await bring(walked, { ...figures(2, 'spouse'), name: '淳于佩偶', idNumber })).status).toBe(200);
  expect((await bring(walked, { ...figures(2, 'other'), idNumber })).status).toBe(200);
  const right = freshPerson().idNumber;
  expect((await bring(walked, { ...figures(2, 'spouse'), name: '淳于佩偶', idNumber: right })).status).toBe(200);
  expect([await reveal(walked, 'member.name'), await reveal(walked, 'member.idNumber'), await reveal(walked, 'member.health')]).toEqual(['淳于佩偶', right, '慢性病乙']);
});

describe('after the divorce', () => {
  let walked: WalkedCase;
  const son = newSon();
  beforeAll(async () => {
    walked = await givenFile();
    await walked.does('signAuthorization');
    expect((await bring(walked)).status).toBe(200);
  });

  test('nobody else gets the number of the wife who has left', async () => {
    for (const other of [{ ...son, memberNo: 2 }, { ...figures(2, 'child'), name: son.name }, figures(2, 'child')]) {
      expect(expectProblem(await bring(walked, other), 422, 'MEMBER_NUMBER_TAKEN').memberNos).toEqual([2]);
    }
  });

  test('the son has a number of his own: her signature does not count for him, and his export holds nothing of hers', async () => {
    await client.call('revealField', HANDLER, { caseId: walked.id, field: 'applicant.phone', reason: `询问前妻${wifeOf(walked).name ?? ''}的情况` });
    expect((await bring(walked, { ...son, memberNo: 3 })).status).toBe(200);
    expect(expectProblem(await walked.send('recordComparison', HANDLER, { result: 'consistent' }), 409, 'AUTHORIZATION_MISSING').memberNos).toEqual([3]);
    const his = await exported(walked, 3);
    expect(his).toMatchObject({ identity: { name: son.name, idNumber: son.idNumber, health: null }, authorisations: [], declarations: [{ operation: 'updateFile', member: { memberNo: 3 } }] });
    const text = JSON.stringify(his) + JSON.stringify(await exported(walked, 1));
    for (const hers of [wifeOf(walked).name, wifeOf(walked).idNumber, '慢性病乙']) expect(text).not.toContain(hers);
  });

  test('she comes back under her number, is known again, and the refused attempts are not in her export', async () => {
    expect((await bring(walked, figures(2, 'spouse'))).status).toBe(200);
    expect([await reveal(walked, 'member.name'), await reveal(walked, 'member.idNumber')]).toEqual([wifeOf(walked).name, wifeOf(walked).idNumber]);
    expect((await walked.send('recordComparison', HANDLER, { result: 'consistent' })).status).toBe(200);
    const hers = await exported(walked, 2);
    expect(hers).toMatchObject({ authorisations: [{ method: 'paper' }], declarations: [{ operation: 'importFile' }, { operation: 'updateFile', member: { memberNo: 2 } }] });
    for (const his of [son.name, son.idNumber]) expect(JSON.stringify(hers)).not.toContain(his);
  });

  test('unless she is in another household by then: the number alone brings nobody out of an open case', async () => {
    const left = await givenFile();
    expect((await bring(left)).status).toBe(200);
    const { name = '', idNumber = '' } = wifeOf(left);
    const { applicant, household } = givenApplication();
    const own = await WalkedCase.submit(client, {}, { applicant: { ...applicant, name, idNumber }, household: { ...household, members: [{ ...household.members[0]!, name, idNumber }] } });
    expect(expectProblem(await bring(left, figures(2, 'spouse')), 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBe(own.id);
  });
});
