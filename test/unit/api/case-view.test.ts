import { cardNumberWarnings, maskCardNumber } from '../../../domain/bank-card';
import { caseViewFor } from '../../../api/case-view';
import type { Role } from '../../../domain/case-facts';
import { CaseSchema } from '../../../api/schemas/case';
import { loadReference } from '../../../policies/reference';
import type { CasePrivate } from '../../../store/case-private.store';
import { BOZHOU_ACCIDENTAL, BOZHOU_DEEP, LIANGXI, PlayedCase, WOYANG, WUHUA, WUXI_DEEP } from '../domain/played-case';
import { phasingOut, ready, told } from '../domain/played-exit';
import { instantAt } from '../../../domain/calendar-date';
import { application } from './given';

const { organisations } = loadReference();
const { applicant, employer, residence, bankAccount, household } = application();
const personal: CasePrivate = {
  applicant,
  employer,
  residence: { ...residence, address: residence.address },
  members: household.members.map(({ memberNo, name, idNumber, health }) => ({ memberNo, name, idNumber, health })),
  bankAccount,
  contactPerson: null,
};

type Parts = Parameters<typeof caseViewFor>[1];

function viewOf(played: PlayedCase, parts: Partial<Parts> = {}, role: Role = 'handler') {
  const clockOffsetMs = instantAt(played.today, 9) - Date.now();
  return caseViewFor([role], { record: played.record, clockOffsetMs, personal, planTexts: new Map(), reference: played.place.reference, organisations, ...parts });
}

describe.each([
  ['Wuxi deep', () => PlayedCase.apply(LIANGXI, WUXI_DEEP)],
  ['Bozhou deep', () => PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-09' })],
  ['Bozhou accidental', () => PlayedCase.apply(WOYANG, BOZHOU_ACCIDENTAL, { on: '2023-05-09' })],
])('through the whole life: %s', (_, begin) => {
  const played = begin();
  const views = [viewOf(played)];
  while (played.advance()) views.push(viewOf(played));

  test('every view is what the OpenAPI document promises', () => {
    for (const view of views) expect(CaseSchema.parse(view)).toEqual(view);
    expect(views.at(-1)?.state).toBe('active');
  });
  test('a field that does not apply is null and never left out', () => {
    const fields = Object.keys(CaseSchema.shape).sort();
    for (const view of views) {
      expect(Object.keys(view).sort()).toEqual(fields);
      expect(Object.values(view)).not.toContain(undefined);
    }
  });
  test('A-20: no view shows an ID number, a telephone number, a card number, an address or a diagnosis', () => {
    for (const view of views) {
      const text = JSON.stringify(view);
      const secret = [applicant.idNumber, applicant.phone, bankAccount.cardNumber, residence.address, '高血压', '戴言言', '19780516'];
      expect(secret.filter((each) => text.includes(each))).toEqual([]);
    }
  });
});

describe('the second half of a life', () => {
  const views = [told(), ready(), phasingOut(), phasingOut().on('2024-11-15').do('reportRelapse', {}), ready(WUHUA, 'deep'), told(WOYANG, 'deep', 'cancel')].map((played) => viewOf(played));

  test('every view is what the OpenAPI document promises, with every field', () => {
    const fields = Object.keys(CaseSchema.shape).sort();
    for (const view of views) {
      expect(CaseSchema.parse(view)).toEqual(view);
      expect(Object.keys(view).sort()).toEqual(fields);
    }
  });
  test('R-WX-32: until somebody is named, the contact person of the phase-out is the grassroots union', () => {
    const name = organisations.get('wx-liangxi-e1')?.name;
    expect(name).toBeTruthy();
    expect(viewOf(phasingOut()).phaseOut).toEqual({ months: 6, endsOn: '2025-02-28', aidContinues: true, followUps: [], contactPerson: name });
    expect(viewOf(phasingOut(), { personal: { ...personal, contactPerson: '联系人甲' } }).phaseOut?.contactPerson).toBe('联系人甲');
  });
  test('R-YN-18, R-WX-31: whether the notice is required is said of every exit', () => {
    const noticeRequired = (played: PlayedCase) => viewOf(played).exit?.noticeRequired;
    expect([told(), told().do('refuseExit', { validReason: false }), told(WUHUA, 'deep')].map(noticeRequired)).toEqual([false, true, true]);
  });
});

test('the applicant is named, with the numbers masked', () => {
  expect(viewOf(PlayedCase.apply(LIANGXI, WUXI_DEEP)).applicant).toMatchObject({ name: '岑言言', idNumber: '990**************4', phone: '199****0700' });
});
test('A-29: what looks wrong with the card number is shown beside its last four digits, and keeps nobody from paying', () => {
  expect(viewOf(PlayedCase.apply(LIANGXI, WUXI_DEEP)).bankAccount).toEqual({
    holderName: bankAccount.holderName,
    bankName: bankAccount.bankName,
    cardNumber: maskCardNumber(bankAccount.cardNumber),
    warnings: cardNumberWarnings(bankAccount.cardNumber),
  });
});
test('the clock shown is that of the case, in Shanghai', () => {
  expect(viewOf(PlayedCase.apply(LIANGXI, WUXI_DEEP).on('2024-02-29')).now).toMatch(/^2024-02-29T09:00:0\d(\.\d{3})?\+08:00$/);
});
test('R-BZ-A2: whose authorisation is missing today is shown, and with all signed the sheet counts as handed in', () => {
  const applied = PlayedCase.apply(LIANGXI, WUXI_DEEP);
  expect(viewOf(applied)).toMatchObject({ authorization: { complete: false, missingMemberNos: [1, 2] }, materials: { complete: false, missing: [{ requirement: 'checkAuthorization' }] } });
  expect(viewOf(applied.to('accepted'))).toMatchObject({ authorization: { complete: true, missingMemberNos: [] }, materials: { complete: true, missing: [] } });
});
test('A-31: an authorisation that has run out is missing again', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('accepted');
  expect(viewOf(played.on('2024-05-13')).authorization.complete).toBe(true);
  expect(viewOf(played.on('2024-05-14')).authorization).toEqual({ complete: false, missingMemberNos: [1, 2] });
});
test('before anything is known of the class nothing is claimed about it', () => {
  expect(viewOf(PlayedCase.apply(LIANGXI, WUXI_DEEP))).toMatchObject({
    hardshipClass: null,
    reviewerOrgId: null,
    noticesRequired: null,
    filing: null,
    comparison: { required: null, state: 'undetermined', result: null },
  });
});
test('R-BZ-F10: the comparison is awaited, reported, or not required', () => {
  const stateOf = (played: PlayedCase) => viewOf(played).comparison.state;
  expect(stateOf(PlayedCase.apply(LIANGXI, WUXI_DEEP).to('passed'))).toBe('awaited');
  expect(stateOf(PlayedCase.apply(LIANGXI, WUXI_DEEP).to('compared'))).toBe('reported');
  expect(stateOf(PlayedCase.apply(WOYANG, BOZHOU_ACCIDENTAL, { on: '2023-05-09' }).to('passed'))).toBe('notRequired');
});
test('R-WX-14: the file is shown with the service centre of its owner', () => {
  const owner = organisations.get('wx');
  expect(owner?.serviceCentre).not.toBeNull();
  expect(viewOf(PlayedCase.apply(LIANGXI, WUXI_DEEP).to('approved')).hardshipFile).toMatchObject({ ownerOrgId: 'wx', serviceCentre: owner?.serviceCentre });
});
test('R-BZ-F13: filing is required or not by the class, and has its day once submitted', () => {
  expect(viewOf(PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-09' }).to('passed')).filing).toEqual({ required: true, toOrgId: 'bz', submittedOn: null });
  expect(viewOf(PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-09' }).to('approved')).filing).toMatchObject({ required: true, submittedOn: '2023-05-17' });
  expect(viewOf(PlayedCase.apply(LIANGXI, WUXI_DEEP).to('approved')).filing).toEqual({ required: false, toOrgId: null, submittedOn: null });
});
test('R-WX-26: the medical cap is that of the case’s own year', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('noticedTwice').do('proposeAidPlan', { items: [{ aidType: 'medical', amountFen: 2_000_000 }] }).to('approved');
  expect(viewOf(played).medicalCap).toEqual({ year: 2023, capFen: 2_500_000, paidFen: 2_000_000, remainingFen: 500_000 });
  expect(viewOf(played.on('2024-01-01')).medicalCap).toMatchObject({ year: 2024, paidFen: 0 });
});
test('tasks and what is only possible stand apart; a task has an id that stays as long as the task', () => {
  const awaited = { role: 'clerk', orgId: 'wx-liangxi-e1', since: '2023-11-13', sinceVersion: 2, dueOn: null };
  const awaiting = [
    { ...awaited, command: 'acceptApplication', task: true },
    { ...awaited, command: 'addMaterials', task: false },
  ];
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP);
  const view = viewOf(played, { record: { ...played.record, awaiting } });
  expect(view.awaiting).toEqual([
    { command: 'acceptApplication', kind: null, role: 'clerk', orgId: 'wx-liangxi-e1', task: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, since: '2023-11-13', dueOn: null },
  ]);
  expect(view.possible).toEqual([{ command: 'addMaterials', kind: null, role: 'clerk', orgId: 'wx-liangxi-e1' }]);
  const later = viewOf(played, { record: { ...played.record, version: 9, awaiting } });
  expect(later.awaiting[0]?.task).toBe(view.awaiting[0]?.task);
  const anew = viewOf(played, { record: { ...played.record, awaiting: awaiting.map((each) => ({ ...each, sinceVersion: 9 })) } });
  expect(anew.awaiting[0]?.task).not.toBe(view.awaiting[0]?.task);
});
test('the words of a plan stand with the item they were written to', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('noticedTwice');
  played.do('proposeAidPlan', { items: [{ aidType: 'living', amountFen: 100 }, { aidType: 'jobPlacement', amountFen: null }] });
  const planId = played.record.aidPlans[0]!.id;
  const planTexts = new Map([[planId, [{ period: '2024' }, { measure: 'two interviews' }]]]);
  expect(viewOf(played, { planTexts }).aidPlans).toMatchObject([
    { id: planId, items: [{ amountFen: 100, measure: null, period: '2024' }, { amountFen: null, measure: 'two interviews', period: null }] },
  ]);
});
test('a case without an employer has none', () => {
  expect(viewOf(PlayedCase.apply(LIANGXI, WUXI_DEEP), { personal: { ...personal, employer: null } }).employer).toBeNull();
});
