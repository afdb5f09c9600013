import { LIANGXI, PlayedCase, WOYANG, BOZHOU_DEEP, WUXI_DEEP, WUXI_RELATIVE } from '../played-case';

const proposed = (household = WUXI_DEEP) => PlayedCase.apply(LIANGXI, household).to('noticedTwice').on('2023-12-01').to('proposed').enter('collectiveApproval');

describe('A-30: the vote', () => {
  test('a majority of for over against passes, abstentions aside', () => {
    const played = proposed();
    played.do('decideCollectively', played.votes('for', 'for', 'against', 'abstain', 'recused'));
    expect(played.record.collectiveApproval).toMatchObject({ outcome: 'passed' });
    expect(played.events.find(({ type }) => type === 'collectivelyDecided')).toMatchObject({ for: 2, against: 1, abstained: 1, recused: 1 });
  });
  test('a tie is no majority: the plan is rejected, and nothing is established or paid', () => {
    const played = proposed();
    played.do('decideCollectively', played.votes('for', 'for', 'against', 'against'));
    expect(played.record).toMatchObject({ collectiveApproval: { outcome: 'rejected' }, aidPlans: [{ state: 'rejected' }], hardshipFile: null, payments: [] });
    expect(played.events.at(-1)?.type).toBe('collectivelyDecided');
  });
  test('who is recused is there and does not fill the quorum', () => {
    const played = proposed();
    expect(played.refusals('decideCollectively', played.votes('for', 'for', 'recused', 'recused'))).toEqual([
      { code: 'QUORUM_NOT_MET', assumption: 'A-30', needed: 3, counted: 2 },
    ]);
    expect(played.decide('decideCollectively', played.votes('for', 'for', 'for', 'recused')).accepted).toBe(true);
  });
  test('who proposed the plan may not vote on it', () => {
    const played = proposed();
    const { votes, ...facts } = played.votes('for', 'for', 'for');
    expect(played.refusals('decideCollectively', { ...facts, votes: [...votes, { user: 'wx.handler', vote: 'abstain', entitled: true }] })).toEqual([
      { code: 'HANDLER_MAY_NOT_VOTE', assumption: 'A-30', user: 'wx.handler' },
    ]);
  });
  test('somebody who votes twice is named, and counts once for the quorum', () => {
    const played = proposed();
    const { votes, ...facts } = played.votes('for', 'for');
    expect(played.refusals('decideCollectively', { ...facts, votes: [...votes, { user: 'wx.member1', vote: 'against', entitled: true }] })).toEqual([
      { code: 'VOTER_NOT_ENTITLED', users: ['wx.member1'] },
      { code: 'QUORUM_NOT_MET', assumption: 'A-30', needed: 3, counted: 2 },
    ]);
  });
  test('the quorum is a value of the profile', () => {
    const policies = LIANGXI.reference.policies.map((policy) => ({ ...policy, collectiveApproval: { votersMin: { value: 5, assumption: 'A-30' } } }));
    const played = PlayedCase.apply({ ...LIANGXI, reference: { ...LIANGXI.reference, policies } }, WUXI_DEEP);
    played.do('signAuthorization', { signers: [1, 2], signedOn: played.today }).do('decidePreliminaryReview', { decision: 'pass', hasClassReason: false });
    played.do('recordComparison', { result: 'consistent', extraIncomeFen: 0 }).do('proposeAidPlan', { items: [{ aidType: 'living', amountFen: 1 }] });
    expect(played.refusals('decideCollectively', played.votes('for', 'for', 'for'))).toMatchObject([{ needed: 5, counted: 3 }]);
  });
});

describe('the meeting', () => {
  test('is held on the day of the proposal at the earliest and today at the latest', () => {
    const played = proposed().on('2023-12-05');
    const heldOn = (date: string) => ({ ...played.votes('for', 'for', 'for'), heldOn: date });
    expect(played.refusals('decideCollectively', heldOn('2023-11-30'))).toEqual([
      { code: 'DATE_NOT_POSSIBLE', field: 'heldOn', earliest: '2023-12-01', latest: '2023-12-05' },
    ]);
    expect(played.decide('decideCollectively', heldOn('2023-12-01')).accepted).toBe(true);
    expect(played.decide('decideCollectively', heldOn('2023-12-05')).accepted).toBe(true);
    expect(played.refusals('decideCollectively', heldOn('2023-12-06'))).toMatchObject([{ code: 'DATE_NOT_POSSIBLE' }]);
  });
  test('cannot decide a plan that is not there, or that was decided before', () => {
    const played = proposed();
    const facts = played.votes('for', 'for', 'for');
    expect(played.refusals('decideCollectively', { ...facts, planId: 'plan-of-another-case' })).toEqual([{ code: 'PLAN_UNKNOWN' }]);
    expect(played.do('decideCollectively', facts).refusals('decideCollectively', facts)).toEqual([{ code: 'PLAN_UNKNOWN' }]);
  });
  test('after a rejection the next plan is decided on its own', () => {
    const played = proposed();
    played.do('decideCollectively', played.votes('against', 'against', 'against')).enter('planning');
    played.do('proposeAidPlan', { items: [{ aidType: 'living', amountFen: 7 }] });
    played.do('decideCollectively', played.votes('for', 'for', 'for'));
    expect(played.record.aidPlans.map(({ state }) => state)).toEqual(['rejected', 'approved']);
    expect(played.record.payments).toMatchObject([{ amountFen: 7, planId: played.record.aidPlans[1]?.id }]);
  });
});

describe('a plan that passes', () => {
  test('R-WX-14: establishes the file on the day of the meeting, owned by the union that reviewed', () => {
    const played = proposed(WUXI_RELATIVE).on('2023-12-05');
    played.do('decideCollectively', { ...played.votes('for', 'for', 'for'), heldOn: '2023-12-04' });
    expect(played.record.hardshipFile).toMatchObject({ ownerOrgId: 'wx-liangxi', establishedOn: '2023-12-04', withdrawnOn: null, retentionEndsOn: null });
    expect(played.events.find(({ type }) => type === 'fileEstablished')).toMatchObject({ effectiveOn: '2023-12-04' });
  });
  test('R-BZ-F13, R-WX-13: filing where the profile asks for it, certificate where it knows one; never the other way round', () => {
    const types = (played: PlayedCase) => played.to('approved').events.map(({ type }) => type);
    expect(types(proposed())).toEqual(expect.arrayContaining(['certificateIssued', 'syncRequested']));
    expect(types(proposed())).not.toContain('filingSubmitted');
    const bozhou = types(PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-09' }));
    expect(bozhou).toContain('filingSubmitted');
    expect(bozhou).not.toContain('certificateIssued');
    expect(bozhou).not.toContain('syncRequested');
  });
  test('R-BZ-07: plans one payment for each item that is money, in the order of the plan; help in kind is not paid', () => {
    const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('noticedTwice').enter('planning');
    const items = [
      { aidType: 'legalAid', amountFen: null },
      { aidType: 'living', amountFen: 100 },
      { aidType: 'medical', amountFen: 250 },
    ];
    played.do('proposeAidPlan', { items });
    played.do('decideCollectively', played.votes('for', 'for', 'for'));
    expect(played.record.payments).toMatchObject([
      { aidType: 'living', amountFen: 100, state: 'planned', budgetLine: 'hardshipFile' },
      { aidType: 'medical', amountFen: 250, state: 'planned' },
    ]);
    expect(new Set(played.record.payments.map(({ id }) => id)).size).toBe(2);
  });
  test('of help in kind only, plans no payment and establishes the file all the same', () => {
    const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('noticedTwice').do('proposeAidPlan', { items: [{ aidType: 'jobPlacement', amountFen: null }] });
    played.do('decideCollectively', played.votes('for', 'for', 'for'));
    expect(played.record.payments).toEqual([]);
    expect(played.record.hardshipFile).not.toBeNull();
  });
  test('for a household that has a file already adds payments and establishes nothing again', () => {
    const played = proposed().to('approved');
    const { hardshipFile, certificate, syncs } = played.record;
    played.on('2024-02-01').do('proposeAidPlan', { items: [{ aidType: 'education', amountFen: 300 }] });
    played.do('decideCollectively', played.votes('for', 'for', 'for'));
    expect(played.record).toMatchObject({ hardshipFile, certificate, syncs });
    expect(played.record.payments.map(({ aidType }) => aidType)).toEqual(['living', 'education']);
    expect(new Set(played.record.payments.map(({ id }) => id)).size).toBe(2);
  });
});
