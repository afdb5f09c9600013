import { recordChecks } from '../../../operations/checks/record';
import { claimHousehold, findCasesOfPerson } from '../../../store/case-private.store';
import { connect } from '../../../store/db';
import { listSharedPersons } from '../../../store/health.store';
import { declarePerson } from '../../../store/recusal.store';
import { testKeys, testStack } from '../../stack/test-stack';
import { givenApplication } from '../given/application';
import { freshPerson } from '../given/id-number';
import { OpenTransaction } from '../given/open-transaction';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCase } from '../given/walked-case';

const everything = connect(testStack().databaseUrl, 3);
let client: ServiceClient;
let indexOf: (idNumber: string) => Buffer;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
  const { index } = await testKeys(everything);
  indexOf = (idNumber) => index.of('idNumber', idNumber);
});
afterAll(() => everything.end());

test('R-QHD-12: a person whom another case takes between the check and the step is told by the doctor; who is near is recused all the same, and the others are held', async () => {
  const [walked, other] = [await givenCase(client, 'visit'), await givenCase(client, 'intake')];
  const [taken, near] = [freshPerson(), freshPerson()];
  await client.call('declareRelation', 'wx-liangxi.leader', { idNumber: near.idNumber });
  await client.call('declareRelation', 'wx-liangxi.member3', { idNumber: taken.idNumber });
  const { household } = walked.application;
  const joining = [taken, near].map(({ idNumber, birthOn }, n) => ({ memberNo: 2 + n, name: '岑禾禾', relation: 'other' as const, idNumber, birthOn, annualIncomeFen: 0 }));

  const elsewhere = await OpenTransaction.begin(everything);
  await elsewhere.db.query('insert into household_claim (id_index, case_id) values ($1, $2)', [indexOf(taken.idNumber), other.id]);
  const visit = walked.send('recordVisit', walked.clerk, { ...walked.usual('recordVisit'), household: { ...household, members: [...household.members, ...joining] } });
  expect((await elsewhere.commitUnder(everything, visit)).status).toBe(200);

  for (const user of ['wx-liangxi.leader', 'wx-liangxi.member3']) expectProblem(await client.call('getCase', user, { caseId: walked.id }), 403, 'RECUSED');
  const { rows } = await everything.query<{ held: string }>(`select encode(id_index, 'hex') as held from household_claim where case_id = $1`, [walked.id]);
  expect(rows.map(({ held }) => held).sort()).toEqual([walked.application.applicant.idNumber, near.idNumber].map((idNumber) => indexOf(idNumber).toString('hex')).sort());
  expect(await listSharedPersons(everything, 1_000)).toContainEqual({ caseId: walked.id, holderId: other.id });
  const households = recordChecks(everything, undefined).find(({ name }) => name === 'households');
  expect(await households?.look()).toMatchObject({ level: 'wrong', says: expect.stringContaining('in the household who is not theirs alone') as string });

  await other.does('withdrawApplication');
  expect(await listSharedPersons(everything, 1_000)).toContainEqual({ caseId: walked.id, holderId: null });
  await walked.look();
  await walked.does('withdrawApplication');
  expect((await listSharedPersons(everything, 1_000)).map(({ caseId }) => caseId)).not.toContain(walked.id);
});

describe('a declaration and a filing of the same person at once', () => {
  const filing = (idNumber: string) => {
    const application = givenApplication();
    application.household.members.push({ memberNo: 2, name: '岑禾禾', relation: 'spouse', idNumber, annualIncomeFen: 0 });
    return application;
  };

  test('that filed first is found by the declaration, also where it was not to be seen yet', async () => {
    const [walked, { idNumber }] = [await givenCase(client, 'intake'), freshPerson()];
    const file = await OpenTransaction.begin(everything);
    await claimHousehold(file.db, walked.id, [indexOf(idNumber)]);
    const declared = client.call('declareRelation', 'wx-liangxi.member2', { idNumber });
    expect((await file.commitUnder(everything, declared)).status).toBe(201);
    expectProblem(await client.call('getCase', 'wx-liangxi.member2', { caseId: walked.id }), 403, 'RECUSED');
  });

  test('that declared first is found by the filing, also where it was not to be seen yet', async () => {
    const { idNumber } = freshPerson();
    const declaration = await OpenTransaction.begin(everything);
    await declarePerson(declaration.db, { userId: 'wx-liangxi.member2', personIndex: indexOf(idNumber), relation: 'relative', declaredBy: 'wx-liangxi.member2' });
    expect(await findCasesOfPerson(declaration.db, indexOf(idNumber))).toEqual([]);
    const filed = await declaration.commitUnder(everything, client.call<{ id: string }>('submitApplication', 'wx-liangxi-e1.clerk', { ...filing(idNumber) }));
    expect(filed.status).toBe(201);
    expectProblem(await client.call('getCase', 'wx-liangxi.member2', { caseId: filed.body.id }), 403, 'RECUSED');
  });

  test('many at once are all answered, and none of the cases stays open', async () => {
    const persons = Array.from({ length: 6 }, () => freshPerson());
    const both = await Promise.all(
      persons.flatMap(({ idNumber }, n) => [
        client.call<{ id: string }>('submitApplication', 'wx-liangxi-e1.clerk', { ...filing(idNumber) }),
        client.call<{ id: string }>('declareRelation', 'wx-liangxi.member2', { idNumber: persons[persons.length - 1 - n]?.idNumber ?? '' }),
      ]),
    );
    expect(both.map(({ status }) => status)).toEqual(persons.flatMap(() => [201, 201]));
    for (const { body } of both.filter((_, n) => n % 2 === 0)) expectProblem(await client.call('getCase', 'wx-liangxi.member2', { caseId: body.id }), 403, 'RECUSED');
  });
});
