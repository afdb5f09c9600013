import type { Household } from '../../../../domain/household';
import { medicalCapOf } from '../../../../domain/decisions/aid-plan';
import { BOZHOU_ACCIDENTAL, BOZHOU_DEEP, family, LIANGXI, PlayedCase, WOYANG, WUXI_DEEP } from '../played-case';

const inBozhou = (household: Household = BOZHOU_DEEP) => PlayedCase.apply(WOYANG, household, { on: '2023-05-09' }).to('compared').enter('planning');
const inWuxi = (household: Household = WUXI_DEEP) => PlayedCase.apply(LIANGXI, household).to('noticedTwice').enter('planning');
const living = (amountFen: number) => ({ items: [{ aidType: 'living', amountFen }] });
const medical = (amountFen: number) => ({ items: [{ aidType: 'medical', amountFen }] });

describe('R-BZ-08: the living floor (Bozhou)', () => {
  test('a plan exactly at the floor is enough', () => {
    expect(inBozhou().do('proposeAidPlan', living(420_000)).record.aidPlans).toMatchObject([{ state: 'proposed', totalFen: 420_000, shortfallFen: 420_000 }]);
  });
  test('one fen less is refused with what is missing, and leaves no trace', () => {
    const played = inBozhou();
    expect(played.refusals('proposeAidPlan', living(419_999))).toEqual([{ code: 'BELOW_MIN_LIVING_FLOOR', rule: 'R-BZ-08', missingFen: 1, shortfallFen: 420_000 }]);
    expect(played.record.aidPlans).toEqual([]);
  });
  test('all items that are money count together; help in kind does not', () => {
    const items = [
      { aidType: 'living', amountFen: 400_000 },
      { aidType: 'education', amountFen: 20_000 },
      { aidType: 'jobPlacement', amountFen: null },
    ];
    expect(inBozhou().decide('proposeAidPlan', { items }).accepted).toBe(true);
    expect(inBozhou().refusals('proposeAidPlan', { items: items.slice(0, 1) })).toMatchObject([{ missingFen: 20_000 }]);
  });
  test('aid that was approved before counts towards the floor of a further plan', () => {
    const played = inBozhou().do('proposeAidPlan', living(420_000)).to('approved');
    expect(played.decide('proposeAidPlan', living(1)).accepted).toBe(true);
  });
  test('a plan that was voted down does not count', () => {
    const played = inBozhou().do('proposeAidPlan', living(420_000));
    played.do('decideCollectively', played.votes('against', 'against', 'for'));
    expect(played.refusals('proposeAidPlan', living(1))).toMatchObject([{ missingFen: 419_999 }]);
  });
  test('a household above the standard lacks nothing', () => {
    const comfortable = PlayedCase.apply(WOYANG, BOZHOU_ACCIDENTAL, { on: '2023-05-09' }).to('reviewed').enter('planning');
    expect(comfortable.do('proposeAidPlan', living(1)).record.aidPlans).toMatchObject([{ shortfallFen: 0 }]);
  });
  test('Wuxi has no floor', () => {
    expect(inWuxi().decide('proposeAidPlan', living(1)).accepted).toBe(true);
  });
});

describe('R-WX-26, A-19: the medical cap', () => {
  test('exactly the self-paid total is allowed, one fen more is refused with the numbers', () => {
    expect(inWuxi().decide('proposeAidPlan', medical(2_500_000)).accepted).toBe(true);
    expect(inWuxi().refusals('proposeAidPlan', medical(2_500_001))).toEqual([
      { code: 'MEDICAL_CAP_EXCEEDED', rule: 'R-WX-26', capFen: 2_500_000, paidFen: 0, remainingFen: 2_500_000 },
    ]);
  });
  test('two medical items of one plan use one cap', () => {
    const items = [...medical(1_500_000).items, ...medical(1_000_001).items];
    expect(inWuxi().refusals('proposeAidPlan', { items })).toMatchObject([{ code: 'MEDICAL_CAP_EXCEEDED' }]);
  });
  test('only medical aid is capped', () => {
    expect(inWuxi().decide('proposeAidPlan', living(9_000_000)).accepted).toBe(true);
  });
  test('a self-paid total for the year that comes with the plan replaces the assessed one, up and down, and is kept', () => {
    const selfPaidMedical = (amountFen: number, year = 2023) => ({ ...medical(1_000_000), selfPaidMedical: { year, amountFen } });
    expect(inWuxi().refusals('proposeAidPlan', selfPaidMedical(999_999))).toMatchObject([{ capFen: 999_999 }]);
    const played = inWuxi().do('proposeAidPlan', { ...medical(3_000_000), selfPaidMedical: { year: 2023, amountFen: 3_000_000 } });
    expect(medicalCapOf(played.record, 2023)).toMatchObject({ capFen: 3_000_000 });
  });
  test('a self-paid total of another year does not count for this one', () => {
    const facts = { ...medical(2_600_000), selfPaidMedical: { year: 2022, amountFen: 9_000_000 } };
    expect(inWuxi().refusals('proposeAidPlan', facts)).toMatchObject([{ capFen: 2_500_000 }]);
  });
  test('a further plan has what is left: granted counts, paid or not', () => {
    const played = inWuxi().do('proposeAidPlan', medical(2_000_000)).to('approved');
    expect(played.record.payments).toMatchObject([{ state: 'planned' }]);
    expect(medicalCapOf(played.record, 2023)).toEqual({ year: 2023, capFen: 2_500_000, paidFen: 2_000_000, remainingFen: 500_000 });
    expect(played.decide('proposeAidPlan', medical(500_000)).accepted).toBe(true);
    expect(played.refusals('proposeAidPlan', medical(500_001))).toMatchObject([{ paidFen: 2_000_000, remainingFen: 500_000 }]);
  });
  test('once the cap is used up nothing is left, never less than nothing', () => {
    const played = inWuxi().do('proposeAidPlan', medical(2_500_000)).to('approved');
    const lower = { ...medical(1), selfPaidMedical: { year: 2023, amountFen: 1_000_000 } };
    expect(played.refusals('proposeAidPlan', lower)).toMatchObject([{ capFen: 1_000_000, paidFen: 2_500_000, remainingFen: 0 }]);
    const corrected = { ...played.record, selfPaidMedicalFen: { 2023: 1_000_000 } };
    expect(medicalCapOf(corrected, 2023)).toEqual({ year: 2023, capFen: 1_000_000, paidFen: 2_500_000, remainingFen: 0 });
  });
  test('a plan that was voted down uses up nothing', () => {
    const played = inWuxi().do('proposeAidPlan', medical(2_500_000));
    played.do('decideCollectively', played.votes('against', 'against', 'for'));
    expect(played.decide('proposeAidPlan', medical(2_500_000)).accepted).toBe(true);
  });
  test('A-19: each calendar year has its own cap', () => {
    const played = inWuxi().do('proposeAidPlan', medical(2_500_000)).to('approved').on('2023-12-31');
    expect(played.refusals('proposeAidPlan', medical(1))).toMatchObject([{ remainingFen: 0 }]);
    expect(played.on('2024-01-01').decide('proposeAidPlan', medical(2_500_000)).accepted).toBe(true);
    expect(medicalCapOf(played.record, 2024)).toMatchObject({ year: 2024, paidFen: 0, remainingFen: 2_500_000 });
  });
  test('floor and cap are named together, so that the plan is corrected once', () => {
    const poor = family({ incomeFen: 1_000_000, medicalFen: 100_000 });
    expect(inBozhou(poor).refusals('proposeAidPlan', medical(100_001)).map(({ code }) => code)).toEqual(['BELOW_MIN_LIVING_FLOOR', 'MEDICAL_CAP_EXCEEDED']);
  });
});

describe('the comparison behind a plan', () => {
  test('A-31, A-07: a report of six months ago to the day still counts; a day later a new one is needed', () => {
    const played = inWuxi();
    expect(played.record.comparison?.reportedOn).toBe('2023-11-21');
    expect(played.on('2024-05-21').decide('proposeAidPlan', living(1)).accepted).toBe(true);
    expect(played.on('2024-05-22').refusals('proposeAidPlan', living(1))).toMatchObject([{ code: 'COMPARISON_REQUIRED' }]);
  });
  test('A-07: a report of 31 August counts until the last day of February', () => {
    const played = PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-08-18' }).to('reviewed').on('2023-08-31').to('compared');
    expect(played.record.comparison?.reportedOn).toBe('2023-08-31');
    expect(played.on('2024-02-29').decide('proposeAidPlan', living(420_000)).accepted).toBe(true);
    expect(played.on('2024-03-01').refusals('proposeAidPlan', living(420_000))).toMatchObject([{ code: 'COMPARISON_REQUIRED' }]);
  });
  test('R-BZ-F10: a class that is not compared needs none', () => {
    const played = PlayedCase.apply(WOYANG, BOZHOU_ACCIDENTAL, { on: '2023-05-09' }).to('reviewed');
    expect(played.decide('proposeAidPlan', living(1)).accepted).toBe(true);
  });
});

test('a plan is named after its command, and kept with who proposed it and when', () => {
  const played = inWuxi().on('2023-12-01').do('proposeAidPlan', living(1));
  const { commandId } = played.events.at(-1)!;
  expect(played.record.aidPlans).toMatchObject([{ id: `plan-${commandId ?? ''}`, proposedBy: 'wx.handler', proposedOn: '2023-12-01' }]);
});
