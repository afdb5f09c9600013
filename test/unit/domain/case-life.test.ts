import { BOZHOU_ACCIDENTAL, BOZHOU_DEEP, LIANGXI, PASS, PlayedCase, WOYANG, WUXI_DEEP } from './played-case';

describe('a whole life in Wuxi, deep', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP);
  const at = {
    applied: played.record,
    visited: played.to('accepted').on('2023-11-14').to('visited').record,
    passed: played.to('passed').record,
    noticed: played.to('noticed').record,
    compared: played.to('compared').record,
    reviewed: played.to('reviewed').record,
    noticedTwice: played.to('noticedTwice').record,
    approved: played.on('2023-12-01').to('proposed').on('2023-12-04').to('approved').record,
    prepared: played.to('prepared').record,
    released: played.to('released').record,
    notified: played.on('2023-12-06').to('notified').record,
    active: played.to('active').record,
  };

  test('A-02: the declared figures are assessed on the day of application; nobody has chosen a class yet', () => {
    expect(at.applied).toMatchObject({
      state: 'intake',
      appliedOn: '2023-11-13',
      policyProfile: { id: 'wuxi-2023', version: 1 },
      assessment: { recommended: 'deep', eligible: ['deep', 'relative'], netFen: 3_500_000, minLivingStandardFen: 109_500 },
      hardshipClass: null,
      standing: null,
    });
  });
  test('R-WX-03: accepted, then visited; still without a class', () => {
    expect(at.visited).toMatchObject({ state: 'visit', acceptedOn: '2023-11-13', visitedOn: '2023-11-14', hardshipClass: null, standing: null });
  });
  test('R-WX-05a: the preliminary review gives the class, and all that follows from it, in one step', () => {
    expect(at.passed).toMatchObject({
      state: 'preliminaryReview',
      hardshipClass: 'deep',
      classChosen: false,
      standing: {
        hardshipClass: 'deep',
        reviewerOrgId: 'wx',
        noticesRequired: 2,
        comparison: { required: true, position: 'beforeUpperReview' },
        recheckMonths: 12,
        phaseOut: { minMonths: 0, maxMonths: 6, defaultMonths: 6 },
        filingToOrgId: null,
        certificateKind: 'hardshipCertificate',
        systems: ['jsHardshipSystem'],
      },
    });
  });
  test('R-WX-04, A-04: the first notice is open for five working days and closes on the last of them', () => {
    expect(at.noticed.notices).toEqual([
      {
        kind: 'first',
        byOrgId: 'wx-liangxi-e1',
        medium: 'noticeBoard',
        place: 'employer',
        postedOn: '2023-11-14',
        closesOn: '2023-11-21',
        closedOn: '2023-11-21',
        outcome: 'noObjection',
        objections: [],
      },
    ]);
  });
  test('A-12: comparison and upper review come before the second notice', () => {
    expect(at.compared).toMatchObject({ comparison: { result: 'consistent', reportedOn: '2023-11-22' }, upperReviewedOn: null });
    expect(at.reviewed).toMatchObject({ state: 'upperReview', upperReviewedOn: '2023-11-22', hardshipClass: 'deep' });
    expect(at.noticedTwice.notices[1]).toMatchObject({ kind: 'second', byOrgId: 'wx', place: 'sameLevelMedia', closedOn: '2023-11-29', outcome: 'noObjection' });
    expect(at.noticedTwice.hardshipFile).toBeNull();
  });
  test('R-WX-12, R-WX-13, R-WX-14: approval establishes the file of the reviewing union, its certificate and the notice to the system', () => {
    expect(at.approved).toMatchObject({
      aidPlans: [{ state: 'approved', proposedBy: 'wx.handler', proposedOn: '2023-12-01', totalFen: 500_000, shortfallFen: 442_000 }],
      collectiveApproval: { outcome: 'passed', heldOn: '2023-12-04' },
      hardshipFile: { ownerOrgId: 'wx', establishedOn: '2023-12-04', withdrawnOn: null },
      certificate: { kind: 'hardshipCertificate', state: 'issued' },
      filing: null,
      syncs: [{ system: 'jsHardshipSystem', state: 'pending' }],
      payments: [{ aidType: 'living', budgetLine: 'hardshipFile', amountFen: 500_000, state: 'planned', paidOn: null }],
    });
  });
  test('R-BZ-31: one prepares, another releases; only then is the money sent', () => {
    expect(at.prepared.payments).toMatchObject([{ state: 'prepared' }]);
    expect(at.released).toMatchObject({
      payments: [{ state: 'sent' }],
      disbursements: [{ state: 'released', preparedBy: 'wx.finance', releasedBy: 'wx.treasurer' }],
    });
  });
  test('R-BZ-F14: paid and told, the disbursement is settled', () => {
    expect(at.notified).toMatchObject({
      payments: [{ state: 'paid', paidOn: '2023-12-06', notifiedOn: '2023-12-06' }],
      disbursements: [{ state: 'settled' }],
    });
  });
  test('R-WX-16, A-08: the file rests until its recheck, a year from the day it was established', () => {
    expect(at.active).toMatchObject({ state: 'active', recheck: { everyMonths: 12, nextDueOn: '2024-12-04' } });
  });
});

describe('a whole life in Bozhou, deep', () => {
  const played = PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-09' });
  const at = {
    noticed: played.to('noticed').record,
    reviewed: played.to('reviewed').record,
    compared: played.enter('planning').to('compared').record,
    approved: played.to('approved').record,
    notified: played.to('notified').record,
    active: played.to('active').record,
  };

  test('R-BZ-F7, R-BZ-F8: one notice, then the county reviews before anything was compared', () => {
    expect(at.noticed).toMatchObject({
      hardshipClass: 'deep',
      standing: { reviewerOrgId: 'bz-woyang', noticesRequired: 1, comparison: { required: true, position: 'afterUpperReview' } },
    });
    expect(at.reviewed).toMatchObject({ state: 'upperReview', upperReviewedOn: '2023-05-17', comparison: null });
    expect(at.active.notices).toHaveLength(1);
  });
  test('R-BZ-F11: no plan before the comparison, which does not touch the review', () => {
    const waiting = PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-09' }).to('reviewed').enter('planning');
    expect(waiting.refusals('proposeAidPlan', { items: [{ aidType: 'living', amountFen: 500_000 }] })).toEqual([{ code: 'COMPARISON_REQUIRED', rule: 'R-BZ-F11' }]);
    expect(at.compared).toMatchObject({ state: 'planning', comparison: { result: 'consistent' }, upperReviewedOn: '2023-05-17' });
  });
  test('R-BZ-F13: the file is put on record with the city, in the same step; Bozhou knows no certificate', () => {
    expect(at.approved).toMatchObject({
      hardshipFile: { ownerOrgId: 'bz-woyang' },
      filing: { toOrgId: 'bz', submittedOn: '2023-05-17' },
      certificate: null,
      syncs: [],
    });
  });
  test('R-BZ-F14: paid to the card and told', () => {
    expect(at.notified.payments).toMatchObject([{ state: 'paid', notifiedOn: '2023-05-17' }]);
  });
  test('R-BZ-22: no fixed interval; the next campaign is due', () => {
    expect(at.active.recheck).toMatchObject({ everyMonths: null, nextDueOn: '2023-10-31', campaign: { name: 'autumnCampaign', kind: 'update' } });
  });
});

test('R-BZ-F10: an accidental case in Bozhou goes from the review to the plan, the money and the worker without a comparison', () => {
  const played = PlayedCase.apply(WOYANG, BOZHOU_ACCIDENTAL, { on: '2023-05-09' }).to('notified');
  expect(played.record).toMatchObject({ hardshipClass: 'accidental', comparison: null, payments: [{ state: 'paid', notifiedOn: '2023-05-17' }] });
  expect(played.events.map(({ type }) => type)).not.toContain('comparisonRecorded');
});

describe('returned for correction', () => {
  const returned = (stage: 'compared' | 'reviewed' | 'proposed') => PlayedCase.apply(LIANGXI, WUXI_DEEP).to(stage).do('returnForCorrection', {}).enter('intake');

  test('what was found in the first round no longer counts; number, papers and signatures stay', () => {
    const { record } = returned('reviewed');
    expect(record).toMatchObject({
      state: 'intake',
      number: 'TEST-2023-000001',
      acceptedOn: null,
      visitedOn: null,
      upperReviewedOn: null,
      hardshipClass: null,
      classChosen: false,
      standing: null,
      comparison: null,
    });
    expect(record.materials.length).toBeGreaterThan(0);
    expect(record.authorizations.map(({ memberNo }) => memberNo)).toEqual([1, 2]);
  });
  test('A-03: a class that was chosen in the first round is no choice for the second', () => {
    const chosen = { decision: 'pass', hardshipClass: 'relative', hasClassReason: true } as const;
    const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('visited').do('decidePreliminaryReview', chosen).do('returnForCorrection', {});
    expect(played.record.classChosen).toBe(false);
    expect(played.to('passed').record).toMatchObject({ hardshipClass: 'deep', classChosen: false });
  });
  test('the notice of the first round stays in the record, and the second round posts its own', () => {
    const played = returned('compared').to('passed').enter('notice1');
    played.do('postNotice', played.notice('first')).closeNotice('first');
    expect(played.record.notices.map(({ kind, outcome, postedOn }) => ({ kind, outcome, postedOn }))).toEqual([
      { kind: 'first', outcome: 'noObjection', postedOn: '2023-11-13' },
      { kind: 'first', outcome: 'noObjection', postedOn: '2023-11-21' },
    ]);
  });
  test('A-14: another union may review the second round; that is no transfer', () => {
    const played = returned('reviewed').to('visited').do('decidePreliminaryReview', { decision: 'pass', hardshipClass: 'relative', hasClassReason: true });
    expect(played.record.standing?.reviewerOrgId).toBe('wx-liangxi');
    expect(played.events.map(({ type }) => type)).not.toContain('transferred');
  });
  test('R-BZ-F11: the second round is compared anew', () => {
    const played = returned('reviewed').to('noticed').enter('upperReview');
    expect(played.refusals('decideUpperReview', PASS)).toMatchObject([{ code: 'COMPARISON_REQUIRED' }]);
  });
  test('a plan that waited for its approval is dropped, and cannot be decided in the second round', () => {
    const played = returned('proposed').to('noticedTwice');
    expect(played.record.aidPlans).toMatchObject([{ state: 'dropped' }]);
    expect(played.refusals('decideCollectively', played.votes('for', 'for', 'for'))).toEqual([{ code: 'PLAN_UNKNOWN' }]);
  });
});
