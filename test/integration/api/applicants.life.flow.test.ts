import type { CaseView } from '../../../api/schemas/case';
import { connect } from '../../../store/db';
import { testStack } from '../../stack/test-stack';
import { Applicant, freshPhone, ownPapers } from '../given/applicant';
import { givenApplication } from '../given/application';
import { DocumentClient } from '../given/document-client';
import { photo } from '../given/documents';
import { isFoundToLeave } from '../given/file-life';
import { freshPerson } from '../given/id-number';
import { expectProblem } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { WalkedCase } from '../given/walked-case';

const { databaseUrl } = testStack();
const pool = connect(databaseUrl, 2);
let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});
afterAll(() => pool.end());

/** Somebody who has filed the own application, and the case as the union sees it. */
async function whoApplied(): Promise<{ applicant: Applicant; walked: WalkedCase; phone: string }> {
  const who = { phone: freshPhone(), idNumber: freshPerson().idNumber };
  const applicant = await Applicant.signIn(who);
  const papers = ownPapers(givenApplication(), who);
  const view = await applicant.does('submitApplication', { ...papers });
  return { applicant, walked: WalkedCase.lead(client, papers, view), phone: who.phone };
}

async function uploads(applicant: Applicant, caseId: string, kind = 'medicalBill'): Promise<Json> {
  const form = new FormData();
  form.append('kind', kind);
  form.append('file', new Blob([new Uint8Array(await photo())], { type: 'image/jpeg' }), 'scan.jpg');
  const response = await fetch(`${testStack().url}/v1/cases/${caseId}/documents`, { method: 'POST', headers: { authorization: `Bearer ${applicant.caller.token ?? ''}` }, body: form });
  expect(response.status).toBe(201);
  return (await response.json()) as Json;
}

const actorOf = async (applicant: Applicant) => (await applicant.does<{ name: string }>('whoAmI')).name;
const seenBy = (applicant: Applicant, walked: WalkedCase) => applicant.does('getCase', { caseId: walked.id });

test('R-BZ-A2: an applicant signs and takes back for himself and children; for another adult there is that person’s paper, or the union', async () => {
  const who = { phone: freshPhone(), idNumber: freshPerson().idNumber };
  const applicant = await Applicant.signIn(who);
  const papers = ownPapers(givenApplication(), who);
  const spouse = { memberNo: 2, name: '岑禾禾', relation: 'spouse' as const, ...freshPerson(), annualIncomeFen: 0 };
  const child = { memberNo: 3, name: '柏小禾', relation: 'child' as const, birthOn: '2020-05-05', annualIncomeFen: 0 };
  papers.household.members.push(spouse, child);
  const walked = WalkedCase.lead(client, papers, await applicant.does('submitApplication', { ...papers }));
  const own = { caseId: walked.id, signedOn: walked.today() };

  const refusal = expectProblem(await applicant.call('signAuthorization', { ...own, signers: [1, 2, 3] }), 422, 'SIGNATURE_OF_ANOTHER');
  expect(refusal.memberNos).toEqual([2]);
  expectProblem(await applicant.call('signAuthorization', { ...own, signers: [2], method: 'electronic' }), 422, 'SIGNATURE_OF_ANOTHER');
  expect((await applicant.does('signAuthorization', { ...own, signers: [1, 3] })).authorization.missingMemberNos).toEqual([2]);

  const { id: documentId } = await uploads(applicant, walked.id, 'checkAuthorization');
  expect((await applicant.does('signAuthorization', { ...own, signers: [2], documentId })).authorization.complete).toBe(true);
  const foreign = { caseId: walked.id, withdrawnOn: walked.today() };
  expect(expectProblem(await applicant.call('withdrawAuthorization', { ...foreign, memberNos: [1, 2] }), 422, 'SIGNATURE_OF_ANOTHER').memberNos).toEqual([2]);
  expect((await applicant.does('withdrawAuthorization', { ...foreign, memberNos: [1] })).authorization.missingMemberNos).toEqual([1]);
  // The union has the paper before it.
  await walked.look();
  expect((await walked.does('withdrawAuthorization', { memberNos: [2] })).authorization.missingMemberNos).toEqual([1, 2]);
  expect((await walked.does('signAuthorization', { signers: [1, 2] })).authorization.complete).toBe(true);
});

test('a whole life by the applicant: apply, sign, add, follow, be paid, rate, confirm the exit, report a relapse', async () => {
  const { applicant, walked } = await whoApplied();
  const caseId = walked.id;
  expect(walked.view).toMatchObject({ state: 'intake', channel: 'selfApplication.online', grassrootsOrgId: 'wx-liangxi-e1' });
  expect(walked.view.applicant.name).toBe('柏禾禾');
  expect(walked.view.applicant.idNumber).toContain('*');
  expect(walked.view.bankAccount?.cardNumber).toContain('*');

  // Sign and add; what was uploaded comes back to whoever uploaded it.
  expect((await applicant.does('signAuthorization', { caseId, signers: [1], signedOn: walked.today() })).authorization.complete).toBe(true);
  const document = await uploads(applicant, caseId);
  const added = await applicant.does('addMaterials', { caseId, items: [{ kind: 'medicalBill', documentId: document.id }] });
  expect(added.materials.complete).toBe(true);
  const { items } = await applicant.does<{ items: Json[] }>('listDocuments', { caseId });
  expect(items.map(({ id }) => id)).toEqual([document.id]);
  const { url } = await applicant.does<{ url: string }>('createDownloadLink', { caseId, documentId: document.id });
  const content = await fetch(`${testStack().url}${url}`, { headers: { authorization: `Bearer ${applicant.caller.token ?? ''}` } });
  expect(content.status).toBe(200);
  expect((await content.arrayBuffer()).byteLength).toBe(document.sizeBytes);

  // What is not the applicant's to do stays the union's.
  expectProblem(await applicant.call('acceptApplication', { caseId }), 403, 'FORBIDDEN');
  expectProblem(await applicant.call('listCaseEvents', { caseId }), 403, 'FORBIDDEN');
  expectProblem(await applicant.call('rateService', { caseId, score: 5 }), 409, 'RATING_TOO_EARLY');

  // Follow.
  await walked.look();
  await walked.walkTo('planning');
  const proposing = await walked.does('proposeAidPlan');
  expect(proposing.aidPlans).toHaveLength(1);
  expect((await seenBy(applicant, walked)).aidPlans).toEqual([]); // discussed, not granted
  await walked.walkTo('active');
  const paid = await seenBy(applicant, walked);
  expect(paid.aidPlans.map(({ state, proposedBy }) => ({ state, proposedBy }))).toEqual([{ state: 'approved', proposedBy: 'handler' }]);
  expect(paid.payments.map(({ state }) => state)).toEqual(['paid']);
  expect(JSON.stringify(paid)).not.toMatch(/\.(clerk|handler|head|leader|finance|treasurer)"/);
  const { steps } = await applicant.does<{ steps: { step: string; status: string }[] }>('getCaseProcess', { caseId });
  expect(steps.some(({ status }) => status === 'current')).toBe(true);
  expect((await applicant.does<{ items: Json[] }>('listNotifications', { caseId })).items.length).toBeGreaterThan(0);

  // Who has seen what: by role and why.
  await client.call('revealField', 'wx-liangxi.handler', { caseId, field: 'applicant.phone', reason: '电话核实发放情况' });
  const { items: reveals } = await applicant.does<{ items: Json[] }>('listReveals', { caseId });
  expect(reveals).toMatchObject([{ field: 'applicant.phone', user: 'handler', onBehalfOf: null, reason: '电话核实发放情况' }]);
  expect(JSON.stringify(reveals)).not.toContain('wx-liangxi.handler');

  // Rate: once; the same again is a repetition.
  const before = (await client.call<{ count: number }>('countServiceRatings', 'wx-liangxi.head')).body.count;
  const rating = await applicant.does<Json>('rateService', { caseId, score: 4, comment: '柏禾禾：工作人员很耐心' });
  expect(await applicant.does<Json>('rateService', { caseId, score: 4, comment: '柏禾禾：工作人员很耐心' })).toEqual(rating);
  expectProblem(await applicant.call('rateService', { caseId, score: 1 }), 409, 'RATED_ALREADY');
  const { body: counts } = await client.call<{ count: number; byScore: { score: number; count: number }[] }>('countServiceRatings', 'wx-liangxi.head');
  expect(counts.count).toBe(before + 1);
  expect((await client.call('getServiceRating', 'wx-liangxi.auditor', { caseId })).body).toMatchObject({ score: 4, comment: '柏**：工作人员很耐心' });
  for (const as of ['wx-liangxi.handler', walked.clerk]) expectProblem(await client.call('getServiceRating', as, { caseId }), 403, 'FORBIDDEN');
  expectProblem(await client.call('getServiceRating', 'bz-qiaocheng.head', { caseId }), 404, 'NOT_FOUND');

  // Leave: the own word is the worker's, never the union's.
  await walked.look();
  await isFoundToLeave(walked);
  await walked.does('notifyExit');
  expectProblem(await applicant.call('confirmExit', { caseId, by: 'grassroots' }), 403, 'FORBIDDEN');
  expect((await applicant.does('confirmExit', { caseId, by: 'worker' })).exit?.workerConfirmedOn).toBe(walked.today());
  await walked.does('confirmExit', { by: 'grassroots' });
  await walked.does('concludeExit', { phaseOutMonths: 0 });
  expect((await seenBy(applicant, walked)).state).toBe('closed');

  // In the record it is the account that did it; nothing of the person is in an event.
  const { body: timeline } = await client.call<{ items: { type: string; actor: string | null }[] }>('listCaseEvents', 'wx-liangxi.handler', { caseId, limit: 200 });
  const actor = await actorOf(applicant);
  for (const type of ['applicationSubmitted', 'authorizationSigned', 'exitConfirmed']) expect(timeline.items.find((event) => event.type === type)?.actor).toBe(actor);

  // Fall back: a new case that follows, and both are there.
  const returned = await applicant.call<CaseView>('reportRelapse', { caseId, cause: '患重病', about: '收入中断' });
  expect(returned.status).toBe(201);
  expect(returned.body).toMatchObject({ state: 'intake', previousCaseId: caseId, channel: 'selfApplication.online' });
  const { items: own } = await applicant.does<{ items: CaseView[] }>('listCases');
  expect(own.map(({ id }) => id).sort()).toEqual([caseId, returned.body.id].sort());
  expect((await applicant.does<{ items: CaseView[] }>('listCases', { state: 'closed' })).items.map(({ id }) => id)).toEqual([caseId]);
});

test('refuses an exit, confirms after all; a clerk who holds the task keeps nobody from the own word', async () => {
  const { applicant, walked } = await whoApplied();
  await walked.look();
  await walked.walkTo('active');
  await isFoundToLeave(walked);
  const told = await walked.does('notifyExit');
  const task = told.awaiting.find(({ command, kind }) => command === 'confirmExit' && kind === 'worker');
  expect((await client.call('claimTask', walked.clerk, { taskId: task?.task })).status).toBe(200);
  expect((await applicant.does('refuseExit', { caseId: walked.id, validReason: false, reason: '本人不同意退档' })).exit?.refusal).toMatchObject({ valid: false });
  expect((await applicant.does('confirmExit', { caseId: walked.id, by: 'worker' })).exit?.workerConfirmedOn).toBe(walked.today());
});

test('a valid reason of the applicant takes the case back to be looked at again', async () => {
  const { applicant, walked } = await whoApplied();
  await walked.look();
  await walked.walkTo('active');
  await isFoundToLeave(walked);
  await walked.does('notifyExit');
  const back = await applicant.does('refuseExit', { caseId: walked.id, validReason: true, reason: '本人再次住院' });
  expect(back.state).toBe('active');
  expect(back.awaiting.map(({ command }) => command)).toContain('recordRecheck');
});

test('what the union has brought in is not the applicant\'s to fetch, and what he uploaded the clerk sees', async () => {
  const { applicant, walked } = await whoApplied();
  const clerk = await DocumentClient.signIn(walked.clerk);
  const { body: ofVisit } = await clerk.upload(walked.id, await photo(), { kind: 'accidentProof' });
  const own = await uploads(applicant, walked.id);
  expect((await applicant.does<{ items: Json[] }>('listDocuments', { caseId: walked.id })).items.map(({ id }) => id)).toEqual([own.id]);
  expectProblem(await applicant.call('createDownloadLink', { caseId: walked.id, documentId: ofVisit.id }), 404, 'NOT_FOUND');
  expect((await clerk.list(walked.id)).body.items.map(({ id }) => id)).toEqual([ofVisit.id, own.id]);
  // A link is its session's: neither takes the other's.
  const { body: link } = await clerk.link(walked.id, own.id);
  expect((await fetch(`${testStack().url}${String(link.url)}`, { headers: { authorization: `Bearer ${applicant.caller.token ?? ''}` } })).status).toBe(404);
});

test('withdraws before there is a file, and applies again', async () => {
  const { applicant, walked } = await whoApplied();
  expect((await applicant.does('withdrawApplication', { caseId: walked.id, reason: '情况好转' })).state).toBe('withdrawn');
  const again = await applicant.does('submitApplication', { ...walked.application });
  expect(again.id).not.toBe(walked.id);
});

test('objects to a notice like anybody, and is shown the own case with it', async () => {
  const { applicant, walked } = await whoApplied();
  await walked.look();
  await walked.walkTo('notice1');
  await walked.does('postNotice');
  const objected = await applicant.does('raiseObjection', { caseId: walked.id, kind: 'first', about: '公示的主要原因有误' });
  expect(objected.notices[0]?.objections).toHaveLength(1);
});

test('applies once however often it is sent, and has one answer', async () => {
  const who = { phone: freshPhone(), idNumber: freshPerson().idNumber };
  const applicant = await Applicant.signIn(who);
  const papers = { ...ownPapers(givenApplication(), who) };
  const replies = await Promise.all(Array.from({ length: 5 }, () => applicant.call<CaseView>('submitApplication', papers, { 'idempotency-key': `k-${who.phone.slice(3)}` })));
  expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
  expectProblem(await applicant.call('submitApplication', papers), 409, 'HOUSEHOLD_ALREADY_FILED');
});

test('R-BZ-30: a case that ended without aid can be rated too', async () => {
  const { applicant, walked } = await whoApplied();
  await walked.look();
  await walked.walkTo('preliminaryReview');
  await walked.does('decidePreliminaryReview', { decision: 'reject', opinion: '不属实' });
  expect(await applicant.does<Json>('rateService', { caseId: walked.id, score: 1 })).toMatchObject({ score: 1, comment: null });
  await expect(pool.query('update service_rating set score = 5 where case_id = $1', [walked.id])).rejects.toThrow('append-only');
});
