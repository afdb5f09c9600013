import { randomUUID } from 'node:crypto';
import { OPERATIONS, type OperationId } from '../../../access/operations';
import type { CaseView } from '../../../api/schemas/case';
import { indexApplicants } from '../../../store/case-applicant.store';
import { connect } from '../../../store/db';
import { PROTECTED } from '../../../store/row-security';
import { ScopedRecords } from '../../../store/scoped-records';
import { testKeys, testStack } from '../../stack/test-stack';
import { Applicant, freshPhone, ownPapers, type Telephone } from '../given/applicant';
import { givenApplication } from '../given/application';
import { freshPerson } from '../given/id-number';
import { expectProblem } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { WalkedCase } from '../given/walked-case';

const { databaseUrl } = testStack();
const everything = connect(databaseUrl, 2);
const people = new ScopedRecords(databaseUrl, 2);
let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});
afterAll(async () => {
  await people.end();
  await everything.end();
});

const someone = (): Telephone => ({ phone: freshPhone(), idNumber: freshPerson().idNumber });

/** A case that a clerk has filed for somebody with this telephone. */
async function filedFor(who: Telephone): Promise<WalkedCase> {
  return WalkedCase.submit(client, {}, { ...ownPapers(givenApplication(), who), channel: 'selfApplication.offline' });
}

const casesOf = async (applicant: Applicant) => (await applicant.does<{ items: CaseView[] }>('listCases')).items.map(({ id }) => id);

/** Every operation on one case, in words that a schema takes. */
const WORDS: Partial<Record<OperationId, Json>> = {
  signAuthorization: { signers: [1], signedOn: '2024-03-04' },
  withdrawAuthorization: { memberNos: [1], withdrawnOn: '2024-03-04' },
  addMaterials: { items: [{ kind: 'medicalBill' }] },
  withdrawApplication: { reason: '情况好转' },
  confirmExit: { by: 'worker' },
  refuseExit: { validReason: true, reason: '本人不同意退档' },
  reportRelapse: { cause: '患重病', about: '收入中断' },
  rateService: { score: 5 },
  advanceSimulation: { to: '2024-03-05T09:00:00+08:00' },
  createDownloadLink: { documentId: randomUUID() },
};
const OF_ONE_CASE = (Object.keys(OPERATIONS) as OperationId[]).filter((id) => {
  const access = OPERATIONS[id];
  return access.for === 'case' && access.grants.applicant !== undefined && !['submitApplication', 'listCases', 'uploadDocument', 'downloadDocument'].includes(id);
});

describe('another applicant', () => {
  let own: WalkedCase;
  let other: Applicant;
  beforeAll(async () => {
    own = await filedFor(someone());
    const otherWho = someone();
    await filedFor(otherWho);
    other = await Applicant.signIn(otherWho);
  });

  test.each(OF_ONE_CASE)('%s: a foreign case is not there, in the same words as one that nobody has', async (operation) => {
    const foreign = await other.call(operation, { ...WORDS[operation], caseId: own.id });
    const unknown = await other.call(operation, { ...WORDS[operation], caseId: randomUUID() });
    const [one, two] = [expectProblem(foreign, 404, 'NOT_FOUND'), expectProblem(unknown, 404, 'NOT_FOUND')];
    expect({ ...one, instance: '', requestId: '' }).toEqual({ ...two, instance: '', requestId: '' });
  });

  test('uploads nothing to it and lists nothing of it', async () => {
    const form = new FormData();
    form.append('kind', 'idCard');
    form.append('file', new Blob([new Uint8Array(10)]), 'x.jpg');
    const { status } = await fetch(`${testStack().url}/v1/cases/${own.id}/documents`, { method: 'POST', headers: { authorization: `Bearer ${other.caller.token ?? ''}` }, body: form });
    expect(status).toBe(404);
    expect(await casesOf(other)).not.toContain(own.id);
    expect((await own.look()).version).toBe(own.view.version);
  });

  test.each((Object.keys(OPERATIONS) as OperationId[]).filter((id) => OPERATIONS[id].for === 'case' && !OF_ONE_CASE.includes(id) && !['submitApplication', 'listCases', 'uploadDocument', 'downloadDocument'].includes(id)))(
    '%s is no operation of applicants at all',
    async (operation) => {
      const ids = { caseId: own.id, taskId: randomUUID(), disbursementId: randomUUID(), kind: 'first', objectionId: randomUUID() };
      const { status, body } = await other.call(operation, ids);
      expect({ operation, status, code: body.code }).toEqual({ operation, status: 403, code: 'FORBIDDEN' });
    },
  );
});

describe('whose case it is', () => {
  test('the list holds what can be opened, and nothing else', async () => {
    const who = someone();
    const applicant = await Applicant.signIn(who);
    expect(await casesOf(applicant)).toEqual([]);
    const walked = await filedFor(who); // from the next request on, without signing in anew
    expect(await casesOf(applicant)).toEqual([walked.id]);
    expect((await applicant.does('getCase', { caseId: walked.id })).id).toBe(walked.id);
  });

  test('a number that was given to somebody else opens nothing: neither with another ID number nor without a case', async () => {
    const before = someone();
    const walked = await filedFor(before);
    const heir = await Applicant.signIn({ phone: before.phone, idNumber: freshPerson().idNumber });
    expect(await casesOf(heir)).toEqual([]);
    expectProblem(await heir.call('getCase', { caseId: walked.id }), 404, 'NOT_FOUND');
  });

  test('nor does the ID number with another telephone, however it came to be known', async () => {
    const victim = someone();
    const walked = await filedFor(victim);
    const claimed = { phone: freshPhone(), idNumber: victim.idNumber };
    const thief = await Applicant.signIn(claimed);
    expect(await casesOf(thief)).toEqual([]);
    expectProblem(await thief.call('getCase', { caseId: walked.id }), 404, 'NOT_FOUND');
    // Nor by filing in that person's name: which case it is in already, the thief is not told.
    const refusal = await thief.call('submitApplication', { ...ownPapers(givenApplication(), claimed) });
    expect(expectProblem(refusal, 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBeUndefined();
    expect(JSON.stringify(refusal.body)).not.toContain(walked.id);
    expect(await casesOf(thief)).toEqual([]);
  });

  test('a member of the household with the same telephone does not open the case of the applicant', async () => {
    const phone = freshPhone();
    const [applicantIs, spouse] = [freshPerson().idNumber, freshPerson()];
    const papers = ownPapers(givenApplication(), { phone, idNumber: applicantIs });
    const members = [...papers.household.members, { memberNo: 2, name: '柏青青', idNumber: spouse.idNumber, relation: 'spouse' as const, birthOn: spouse.birthOn, annualIncomeFen: 0 }];
    const walked = await WalkedCase.submit(client, {}, { ...papers, channel: 'selfApplication.offline', household: { ...papers.household, members } });
    expect(await casesOf(await Applicant.signIn({ phone, idNumber: spouse.idNumber }))).toEqual([]);
    expect(await casesOf(await Applicant.signIn({ phone, idNumber: applicantIs }))).toEqual([walked.id]);
  });

  test('a case of a release that did not write down whose it is gets that at the next start, once', async () => {
    const who = someone();
    const walked = await filedFor(who);
    await everything.query('delete from case_applicant where case_id = $1', [walked.id]);
    const applicant = await Applicant.signIn(who);
    expect(await casesOf(applicant)).toEqual([]);
    const told: number[] = [];
    await indexApplicants(everything, await testKeys(everything), (cases) => told.push(cases));
    expect(told.at(-1)).toBeGreaterThanOrEqual(1);
    expect(await casesOf(applicant)).toEqual([walked.id]);
  });

  test('two who share a telephone each see their own', async () => {
    const phone = freshPhone();
    const [one, two] = [someone().idNumber, someone().idNumber];
    const cases = [await filedFor({ phone, idNumber: one }), await filedFor({ phone, idNumber: two })];
    expect(await casesOf(await Applicant.signIn({ phone, idNumber: one }))).toEqual([cases[0]!.id]);
    expect(await casesOf(await Applicant.signIn({ phone, idNumber: two }))).toEqual([cases[1]!.id]);
  });

  test('a number that the union has changed opens it from the next request on, and the old one no more', async () => {
    const who = someone();
    const walked = await WalkedCase.importFile(client, { fields: ownPapers(givenApplication(), who) });
    const before = await Applicant.signIn(who);
    expect(await casesOf(before)).toEqual([walked.id]);
    const after = freshPhone();
    await walked.does('updateFile', { applicantPhone: after });
    expect(await casesOf(before)).toEqual([]);
    expectProblem(await before.call('getCase', { caseId: walked.id }), 404, 'NOT_FOUND');
    expectProblem(await before.call('listNotifications', { caseId: walked.id }), 404, 'NOT_FOUND');
    expect(await casesOf(await Applicant.signIn({ phone: after, idNumber: who.idNumber }))).toEqual([walked.id]);
  });
});

describe('filing', () => {
  test.each<[string, (who: Telephone) => Partial<Telephone>]>([
    ['another ID number', () => ({ idNumber: freshPerson().idNumber })],
    ['another telephone', () => ({ phone: freshPhone() })],
  ])('with %s than that of the sign-in is refused, and leaves nothing', async (_what, changed) => {
    const who = someone();
    const applicant = await Applicant.signIn(who);
    const claimed = { ...who, ...changed(who) };
    expectProblem(await applicant.call('submitApplication', { ...ownPapers(givenApplication(), claimed) }), 422, 'NOT_ONESELF');
    expect(await casesOf(applicant)).toEqual([]);
    expect(await casesOf(await Applicant.signIn({ ...claimed, phone: claimed.phone === who.phone ? freshPhone() : claimed.phone }))).toEqual([]);
  });

  test('by an applicant comes from an applicant, whatever it says', async () => {
    const who = someone();
    const applicant = await Applicant.signIn(who);
    const { errors } = expectProblem(await applicant.call('submitApplication', { ...ownPapers(givenApplication(), who), channel: 'grassrootsVisit' }), 400, 'INVALID_INPUT');
    expect(errors?.map(({ path }) => path)).toEqual(['body.channel']);
  });

  test('a stranger named as a member does not tell in which case the stranger is', async () => {
    const stranger = someone();
    const walked = await filedFor(stranger);
    const who = someone();
    const applicant = await Applicant.signIn(who);
    const papers = ownPapers(givenApplication(), who);
    const members = [...papers.household.members, { memberNo: 2, name: '某人', idNumber: stranger.idNumber, relation: 'other' as const, annualIncomeFen: 0 }];
    const key = { 'idempotency-key': randomUUID() };
    const body = { ...papers, household: { ...papers.household, members } };
    for (let again = 0; again < 2; again++) {
      const reply = await applicant.call('submitApplication', body, key);
      expectProblem(reply, 409, 'HOUSEHOLD_ALREADY_FILED');
      expect(JSON.stringify(reply.body)).not.toContain(walked.id);
    }
    expectProblem(await client.call('submitApplication', walked.clerk, { ...body, channel: 'selfApplication.offline' }), 409, 'HOUSEHOLD_ALREADY_FILED');
  });

  test('ten times a day is enough for anybody; a repetition is answered as before', async () => {
    const who = someone();
    const applicant = await Applicant.signIn(who);
    const papers = { ...ownPapers(givenApplication(), who) };
    const key = { 'idempotency-key': randomUUID() };
    const first = await applicant.call('submitApplication', papers, key);
    for (let n = 0; n < 9; n++) expectProblem(await applicant.call('submitApplication', papers), 409, 'HOUSEHOLD_ALREADY_FILED');
    expectProblem(await applicant.call('submitApplication', papers), 429, 'FILED_TOO_OFTEN');
    expect((await applicant.call('submitApplication', papers, key)).body.id).toBe(first.body.id);
  });

  test('nor do more get through that come at once', async () => {
    const who = someone();
    const applicant = await Applicant.signIn(who);
    const papers = { ...ownPapers(givenApplication(), who) };
    const replies = await Promise.all(Array.from({ length: 30 }, () => applicant.call('submitApplication', papers)));
    const answered = replies.filter(({ status }) => status !== 429);
    expect(answered.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    for (const reply of replies) if (reply.status === 429) expectProblem(reply, 429, 'FILED_TOO_OFTEN');
  });

  test('the own open case is named', async () => {
    const who = someone();
    const applicant = await Applicant.signIn(who);
    const papers = { ...ownPapers(givenApplication(), who) };
    const filed = await applicant.does('submitApplication', papers);
    expect(expectProblem(await applicant.call('submitApplication', papers), 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBe(filed.id);
  });

  test('changes no column that is not in the words: version, state, unions', async () => {
    const who = someone();
    const applicant = await Applicant.signIn(who);
    const filed = await applicant.does('submitApplication', { ...ownPapers(givenApplication(), who), state: 'active', grassrootsOrgId: 'bz-qiaocheng-e1', hardshipClass: 'deep' });
    expect(filed).toMatchObject({ state: 'intake', grassrootsOrgId: 'wx-liangxi-e1', hardshipClass: null });
  });
});

describe('the second wall', () => {
  test('a connection with the scope of an applicant reads the rows of the own case, and of every table nothing else', async () => {
    const who = someone();
    const walked = await filedFor(who);
    await filedFor(someone());
    const keys = await testKeys(everything);
    const db = people.of({ orgPath: '', users: [], applicant: keys.index.ofApplicant(who).toString('hex') });
    const { rows } = await db.query<{ id: string }>('select id from hardship_case');
    expect(rows).toEqual([{ id: walked.id }]);
    for (const [table, { people: rights }] of Object.entries(PROTECTED)) {
      const asked = db.query<{ row: Record<string, unknown> }>(`select to_jsonb(t) as row from ${table} t`);
      if (!rights?.includes('select')) {
        await expect(asked).rejects.toThrow('permission denied');
        continue;
      }
      const cases = (await asked).rows.map(({ row }) => row.case_id ?? row.id);
      expect({ table, foreign: cases.filter((id) => id !== walked.id) }).toEqual({ table, foreign: [] });
      if (['case_private', 'case_event', 'command', 'case_key', 'case_applicant'].includes(table)) expect({ table, isEmpty: cases.length === 0 }).toEqual({ table, isEmpty: false });
    }
  });

  test.each(['', 'ab', 'xyz', `' or true --`, '%'])('an index of %j opens nothing', async (applicant) => {
    const db = people.of({ orgPath: '', users: [], applicant });
    const rows = await db.query('select from hardship_case').then(({ rowCount }) => rowCount, () => 0);
    expect(rows).toBe(0);
  });

  test('is of a union or of an applicant, never of both', () => {
    expect(() => people.of({ orgPath: 'js/', users: [], applicant: 'ab' })).toThrow('applicant');
  });
});
