import type { CaseView } from '../../../api/schemas/case';
import { QIAOCHENG } from '../given/application';
import { ANY_TEXT, expectProblem } from '../given/problem';
import { isFoundToLeave, leaves } from '../given/file-life';
import { ServiceClient } from '../given/service-client';
import { dayAfter, givenCase, WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

interface ProcessStep {
  step: CaseView['state'];
  status: string;
  since: string | null;
}

async function processOf(walked: WalkedCase): Promise<ProcessStep[]> {
  return (await walked.send<{ steps: ProcessStep[] }>('getCaseProcess', walked.clerk)).body.steps;
}

const WAY: CaseView['state'][] = ['intake', 'visit', 'preliminaryReview', 'notice1', 'upperReview', 'notice2', 'planning', 'collectiveApproval', 'disbursement', 'active', 'exiting', 'phaseOut', 'closed'];

async function goOnTo(walked: WalkedCase, state: CaseView['state']): Promise<unknown> {
  switch (state) {
    case 'exiting':
      await isFoundToLeave(walked);
      return walked.does('notifyExit');
    case 'phaseOut':
      return leaves(walked);
    case 'closed':
      return walked.advanceTo(dayAfter(walked.view.phaseOut?.endsOn ?? ''));
    default:
      return walked.walkTo(state);
  }
}

describe('getCaseProcess draws the chart', () => {
  test('at every state: what lies behind is done, the box it stands in is current, the rest is to come', async () => {
    const walked = await WalkedCase.submit(client);
    for (const [here, state] of WAY.entries()) {
      await goOnTo(walked, state);
      const drawn = await processOf(walked);
      const expected = WAY.map((step, index) => ({ step, status: index < here || state === 'closed' ? 'done' : index === here ? 'current' : 'pending' }));
      expect(drawn.map(({ step, status }) => ({ step, status }))).toEqual(expected);
      expect(drawn.map(({ since }) => since !== null)).toEqual(WAY.map((_step, index) => index <= here));
    }
  });

  test('without the second notice where the profile has one', async () => {
    const walked = await givenCase(client, 'planning', { at: QIAOCHENG, figures: 'accidental' });
    expect((await processOf(walked)).find(({ step }) => step === 'notice2')?.status).toBe('skipped');
  });

  test('of a case that ended: where it ended', async () => {
    const walked = await givenCase(client, 'preliminaryReview');
    await walked.does('decidePreliminaryReview', { decision: 'reject', opinion: '不符合' });
    const ended = (await processOf(walked)).filter(({ status }) => status !== 'done' && status !== 'pending');
    expect(ended.map(({ step, status }) => [step, status])).toEqual([['preliminaryReview', 'ended']]);
  });

  test('of a case that was returned: everything ahead is to come again', async () => {
    const walked = await givenCase(client, 'upperReview');
    await walked.does('returnForCorrection');
    const [first, ...ahead] = await processOf(walked);
    expect(first).toMatchObject({ step: 'intake', status: 'current' });
    expect(ahead.every(({ status, since }) => status === 'pending' && since === null)).toBe(true);
  });
});

interface CaseEvent {
  seq: number;
  type: string;
  effectiveOn: string;
  recordedAt: string;
  actor: string | null;
  data: Record<string, unknown>;
  texts: Record<string, string>;
}

async function eventsInPages(walked: WalkedCase, limit: number): Promise<CaseEvent[]> {
  const found: CaseEvent[] = [];
  let cursor: string | null | undefined;
  do {
    const { body } = await walked.send<{ items: CaseEvent[]; nextCursor: string | null }>('listCaseEvents', walked.clerk, { limit, ...(cursor ? { cursor } : {}) });
    expect(body.items.length).toBeLessThanOrEqual(limit);
    found.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor);
  return found;
}

describe('listCaseEvents', () => {
  test('comes in pages that put together are the whole timeline, without a gap', async () => {
    const walked = await givenCase(client, 'active');
    const whole = await eventsInPages(walked, 200);
    expect(whole.map(({ seq }) => seq)).toEqual(Array.from({ length: walked.view.version }, (_, index) => index + 1));
    for (const limit of [1, 7, walked.view.version]) expect((await eventsInPages(walked, limit)).map(({ seq, type }) => [seq, type])).toEqual(whole.map(({ seq, type }) => [seq, type]));
  });

  test('says who did what, with effect from when, and what was written to it', async () => {
    const walked = await givenCase(client, 'preliminaryReview');
    await walked.does('decidePreliminaryReview', { decision: 'pass', opinion: '走访属实，建议通过' });
    await walked.passesNotice();
    const events = await eventsInPages(walked, 200);
    expect(events.find(({ type }) => type === 'preliminaryReviewDecided')).toMatchObject({ actor: walked.clerk, effectiveOn: '2024-03-04', texts: { opinion: '走访属实，建议通过' } });
    // Nobody closes a notice: it closes by itself, with effect from its last day.
    expect(events.find(({ type }) => type === 'noticeClosed')).toMatchObject({ actor: null, effectiveOn: '2024-03-11' });
    expect(events.every(({ recordedAt }) => Math.abs(Date.parse(recordedAt) - Date.parse(events[0]!.recordedAt)) < 366 * 86_400_000)).toBe(true);
  });

  test('holds no name and no number of a person in what is recorded for ever', async () => {
    const walked = await givenCase(client, 'active');
    await walked.look();
    const recorded = JSON.stringify((await eventsInPages(walked, 200)).map(({ data }) => data));
    const { applicant, bankAccount, residence } = walked.application;
    for (const secret of [applicant.name, applicant.idNumber, applicant.phone, bankAccount.cardNumber, residence.address]) expect(recorded).not.toContain(secret);
  });
});

test('nobody reads a whole ID number, phone or card number out of a case', async () => {
  const walked = await givenCase(client, 'active');
  const { applicant, bankAccount } = walked.application;
  for (const reader of [walked.clerk, 'wx-liangxi.handler', 'wx.auditor']) {
    const shown = JSON.stringify(await walked.look(reader));
    for (const secret of [applicant.idNumber, applicant.phone, bankAccount.cardNumber]) expect(shown).not.toContain(secret);
  }
});

describe('getHardshipFile', () => {
  test('is not there before the file is established', async () => {
    const walked = await givenCase(client, 'collectiveApproval');
    expectProblem(await walked.send('getHardshipFile', walked.clerk), 404, 'NOT_FOUND');
  });

  test('shows the file with its owner, its certificate and its next recheck', async () => {
    const walked = await givenCase(client, 'active');
    const { body } = await walked.send<object>('getHardshipFile', 'wx-liangxi.handler');
    expect(body).toEqual({
      hardshipFile: {
        id: ANY_TEXT,
        number: ANY_TEXT,
        ownerOrgId: 'wx-liangxi',
        serviceCentre: '梁溪区总工会职工服务中心',
        fileLevel: null,
        establishedOn: '2024-03-20',
        withdrawnOn: null,
        retentionEndsOn: null,
        reopenedOn: null,
      },
      certificate: { number: ANY_TEXT, kind: 'hardshipCertificate', state: 'issued' },
      filing: { required: false, toOrgId: null, submittedOn: null },
      syncs: [{ system: 'jsHardshipSystem', state: 'pending' }],
      hardshipClass: 'relative',
      recheck: { everyMonths: 6, nextDueOn: '2024-09-20', stage: 'ahead' },
      campaigns: [],
      exit: null,
      phaseOut: null,
      monitoring: null,
      archive: {
        complete: true,
        items: [
          { item: 'applicantMaterials', rule: 'R-BZ-A9', state: 'present' },
          { item: 'hardshipFileForm', rule: 'R-BZ-A10', state: 'present' },
          { item: 'visitForm', rule: 'R-BZ-A11', state: 'present' },
          { item: 'noticeProof', rule: 'R-BZ-A12', state: 'present' },
          { item: 'comparisonReport', rule: 'R-BZ-A13', state: 'present' },
          { item: 'liftOutForm', rule: 'R-BZ-A14', state: 'notRequired' },
        ],
      },
    });
  });
});

test('listNotifications holds what the worker was told once the money arrived', async () => {
  const walked = await givenCase(client, 'disbursement');
  expect((await walked.send<object>('listNotifications', walked.clerk)).body).toEqual({ items: [] });
  await walked.walkTo('active');
  const { body } = await walked.send<{ items: { text: string }[] }>('listNotifications', walked.clerk);
  expect(body.items).toMatchObject([{ kind: 'paid', toldOn: walked.today() }]);
  expect(body.items[0]?.text).toContain(walked.view.number);
  expect(walked.view.payments).toMatchObject([{ paidOn: walked.today(), notifiedOn: walked.today() }]);
});
