import { randomUUID } from 'node:crypto';
import type { CaseView } from '../../../api/schemas/case';
import { connect } from '../../../store/db';
import { Applicant, freshPhone, ownPapers } from '../given/applicant';
import { givenApplication, LIANGXI } from '../given/application';
import { givenCancelled } from '../given/destruction';
import { freshPerson } from '../given/id-number';
import { expectProblem } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { givenCase, importOf, WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const pool = connect(testStack().databaseUrl, 1);
let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});
afterAll(() => pool.end());

/** Opens a case twice under one key; in between its author declares that somebody near is in it. */
async function expectClosedOnRepeat(operation: string, as: string, input: Json): Promise<void> {
  const headers = { 'idempotency-key': randomUUID() };
  const open = () => client.call<CaseView>(operation, as, input, headers);
  const first = await open();
  expect(first.status).toBe(201);
  const again = await open();
  expect([again.status, again.body.id]).toEqual([201, first.body.id]);
  expect((await client.call('declareRelation', as, { caseId: first.body.id })).status).toBe(201);
  const problem = expectProblem(await open(), 403, 'RECUSED');
  expect(JSON.stringify(problem)).not.toContain(first.body.id);
  const { rows } = await pool.query('select from command where actor = $1 and idempotency_key = $2', [as, headers['idempotency-key']]);
  expect(rows).toHaveLength(1);
}

test('whoever is near to a household by now is shown nothing of the case, though he opened it and asks under the same key', async () => {
  await expectClosedOnRepeat('submitApplication', LIANGXI.clerk, { ...givenApplication() });
  await expectClosedOnRepeat('importFile', 'wx-liangxi.handler', importOf(givenApplication({ figures: 'relative' }), { hardshipClass: 'relative', establishedOn: '2023-11-13' }));
  const left = await givenCancelled(client);
  await expectClosedOnRepeat('reportRelapse', left.clerk, { caseId: left.id, ...left.usual('reportRelapse'), simulation: { startsAt: `${left.today()}T10:00:00+08:00` } });
});

test('with a telephone number that is the applicant’s no more, the application that was sent from it shows the case no more', async () => {
  const who = { phone: freshPhone(), idNumber: freshPerson().idNumber };
  const applicant = await Applicant.signIn(who);
  const papers = ownPapers(givenApplication(), who);
  const headers = { 'idempotency-key': randomUUID() };
  const apply = () => applicant.call<CaseView>('submitApplication', { ...papers }, headers);
  const { status, body } = await apply();
  expect(status).toBe(201);
  const walked = WalkedCase.lead(client, papers, body);
  await walked.walkTo('active');
  expect((await apply()).status).toBe(201);
  await walked.does('updateFile', { applicantPhone: freshPhone() });
  expectProblem(await apply(), 404, 'NOT_FOUND');
});

test('a command on a case is answered once more to whoever still sees the case, and to nobody else', async () => {
  const walked = await givenCase(client, 'upperReview');
  const headers = { 'idempotency-key': randomUUID() };
  const compare = () => walked.send('recordComparison', 'wx-liangxi.handler', walked.usual('recordComparison'), headers);
  expect((await compare()).status).toBe(200);
  expect((await compare()).status).toBe(200);
  await client.call('declareRelation', 'wx-liangxi.handler', { caseId: walked.id });
  expectProblem(await compare(), 403, 'RECUSED');
});
