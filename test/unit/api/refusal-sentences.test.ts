import type { Refusal, RefusalCode } from '../../../domain/refusal';
import { sentenceOf } from '../../../api/refusal-sentences';
import { statusOf } from '../../../api/refusal-status';
import { COMMAND_NAMES } from '../../../workflows/case/commands';

/** One refusal of every code: what is not here does not compile. */
const EXAMPLES: { [Code in RefusalCode]: Extract<Refusal, { code: Code }> } = {
  NOT_AWAITED: { code: 'NOT_AWAITED', awaiting: [{ command: 'recordVisit', role: 'clerk', orgId: 'wx-liangxi-e1' }] },
  VERSION_CONFLICT: { code: 'VERSION_CONFLICT', version: 7 },
  FORBIDDEN: { code: 'FORBIDDEN', role: 'handler', orgId: 'wx' },
  ID_NUMBER_INVALID: { code: 'ID_NUMBER_INVALID', paths: ['applicant.idNumber'] },
  HOUSEHOLD_ALREADY_FILED: { code: 'HOUSEHOLD_ALREADY_FILED', rule: 'R-QHD-12', linkedTo: 'case-1' },
  GRASSROOTS_UNION_UNKNOWN: { code: 'GRASSROOTS_UNION_UNKNOWN', rule: 'R-BZ-14a' },
  SIMULATION_OFF: { code: 'SIMULATION_OFF' },
  SIMULATION_TARGET_NOT_POSSIBLE: { code: 'SIMULATION_TARGET_NOT_POSSIBLE', now: '2023-11-13T09:00:00+08:00' },
  DATE_NOT_POSSIBLE: { code: 'DATE_NOT_POSSIBLE', field: 'heldOn', earliest: '2023-12-01', latest: '2023-12-05' },
  MEMBER_UNKNOWN: { code: 'MEMBER_UNKNOWN', memberNos: [7, 9] },
  MEMBER_NUMBER_TAKEN: { code: 'MEMBER_NUMBER_TAKEN', memberNos: [2, 3] },
  MATERIALS_MISSING: { code: 'MATERIALS_MISSING', rule: 'R-BZ-32', missing: [{ requirement: 'income', anyOf: ['bankStatement'] }] },
  AUTHORIZATION_MISSING: { code: 'AUTHORIZATION_MISSING', rule: 'R-BZ-A2', memberNos: [2] },
  SIGNATURE_OF_ANOTHER: { code: 'SIGNATURE_OF_ANOTHER', rule: 'R-BZ-A2', memberNos: [2] },
  AUTHORIZATION_NOT_SIGNED: { code: 'AUTHORIZATION_NOT_SIGNED', memberNos: [2] },
  DOCUMENT_NOT_USABLE: { code: 'DOCUMENT_NOT_USABLE', documentIds: ['d1'] },
  VISIT_INCOMPLETE: { code: 'VISIT_INCOMPLETE', rule: 'R-JS-13', missing: ['need', 'visitors'] },
  CLASS_NOT_ELIGIBLE: { code: 'CLASS_NOT_ELIGIBLE', eligible: ['deep', 'relative'] },
  CLASS_REASON_REQUIRED: { code: 'CLASS_REASON_REQUIRED', recommended: 'deep' },
  COMPARISON_REQUIRED: { code: 'COMPARISON_REQUIRED', rule: 'R-JS-18' },
  NOTICE_PLACE_NOT_ALLOWED: { code: 'NOTICE_PLACE_NOT_ALLOWED', allowed: ['sameLevelMedia'] },
  CALENDAR_NOT_COVERED: { code: 'CALENDAR_NOT_COVERED', coveredFrom: '2023-01-01', coveredUntil: '2026-12-31' },
  LIVING_STANDARD_MISSING: { code: 'LIVING_STANDARD_MISSING', regionCode: '320213', onDate: '2022-12-31' },
  POLICY_VALUE_MISSING: { code: 'POLICY_VALUE_MISSING', profile: 'yunnan', missing: ['routes', 'notice.required'] },
  OBJECTION_UNKNOWN: { code: 'OBJECTION_UNKNOWN' },
  OBJECTION_ALREADY_RESOLVED: { code: 'OBJECTION_ALREADY_RESOLVED' },
  TOO_MANY_OBJECTIONS: { code: 'TOO_MANY_OBJECTIONS', max: 100 },
  BELOW_MIN_LIVING_FLOOR: { code: 'BELOW_MIN_LIVING_FLOOR', rule: 'R-BZ-08', missingFen: 4_205, shortfallFen: 420_000 },
  MEDICAL_CAP_EXCEEDED: { code: 'MEDICAL_CAP_EXCEEDED', rule: 'R-WX-26', capFen: 250_000, paidFen: 200_000, remainingFen: 50_000 },
  PLAN_UNKNOWN: { code: 'PLAN_UNKNOWN' },
  QUORUM_NOT_MET: { code: 'QUORUM_NOT_MET', assumption: 'A-30', needed: 3, counted: 2 },
  HANDLER_MAY_NOT_VOTE: { code: 'HANDLER_MAY_NOT_VOTE', assumption: 'A-30', user: 'wx.handler' },
  VOTER_NOT_ENTITLED: { code: 'VOTER_NOT_ENTITLED', users: ['guest'] },
  NO_FILE_NO_PAYMENT: { code: 'NO_FILE_NO_PAYMENT', rule: 'R-BZ-07' },
  PAYEE_NAME_MISMATCH: { code: 'PAYEE_NAME_MISMATCH', rule: 'R-BZ-07' },
  PAYMENT_NOT_PAYABLE: { code: 'PAYMENT_NOT_PAYABLE', paymentIds: ['plan-1-1'] },
  DISBURSEMENT_ALREADY_RELEASED: { code: 'DISBURSEMENT_ALREADY_RELEASED' },
  DISBURSEMENT_DROPPED: { code: 'DISBURSEMENT_DROPPED' },
  SAME_PERSON_MAY_NOT_APPROVE: { code: 'SAME_PERSON_MAY_NOT_APPROVE', rule: 'R-BZ-31' },
  CONFLICT_OF_INTEREST: { code: 'CONFLICT_OF_INTEREST', rule: 'R-BZ-31', user: 'wx.handler', duty: 'visitor' },
  PERSON_RECUSED: { code: 'PERSON_RECUSED', rule: 'R-BZ-31', users: ['wx.member1'] },
  LIVING_STANDARD_PUBLISHED: { code: 'LIVING_STANDARD_PUBLISHED', regionCode: '320213', fenPerPersonMonth: 109_500 },
  OUTCOME_NOT_SUPPORTED: { code: 'OUTCOME_NOT_SUPPORTED', rule: 'R-WX-18', outcome: 'liftOut', supported: ['keep', 'cancel'] },
  REASON_REQUIRED: { code: 'REASON_REQUIRED', rule: 'R-WX-29' },
  AID_REDUCTION_WITHOUT_CHANGE: { code: 'AID_REDUCTION_WITHOUT_CHANGE', rule: 'R-WX-19', currentFen: 60_000, reviewPeriodEndsOn: '2024-07-31' },
  EXIT_EVIDENCE_TOO_OLD: { code: 'EXIT_EVIDENCE_TOO_OLD', rule: 'R-YN-29', visitedOn: '2023-06-30', earliest: '2024-01-15' },
  EXIT_CONFIRMATION_MISSING: { code: 'EXIT_CONFIRMATION_MISSING', rule: 'R-WX-30', missing: ['worker', 'grassroots'] },
  EXIT_VERIFICATION_INCOMPLETE: { code: 'EXIT_VERIFICATION_INCOMPLETE', rule: 'R-WX-31', missing: ['unitOrCommunityUnion'] },
  EXIT_REFUSED_WITH_VALID_REASON: { code: 'EXIT_REFUSED_WITH_VALID_REASON', rule: 'R-WX-31' },
  EXIT_NOTICE_REQUIRED: { code: 'EXIT_NOTICE_REQUIRED', rule: 'R-YN-18' },
  PHASE_OUT_TOO_LONG: { code: 'PHASE_OUT_TOO_LONG', rule: 'R-WX-33', maxMonths: 6 },
  PHASE_OUT_NOT_ALLOWED: { code: 'PHASE_OUT_NOT_ALLOWED', allowedMonths: [6] },
};
const examples = Object.values(EXAMPLES) as Refusal[];
const CHINESE = /\p{Script=Han}/u;

test.each(examples.map((refusal) => [refusal.code, refusal] as const))('%s has a status, and title and detail in both languages', (code, refusal) => {
  expect([403, 404, 409, 412, 422]).toContain(statusOf(code));
  const [zh, en] = [sentenceOf(refusal, 'zh'), sentenceOf(refusal, 'en')];
  for (const text of [zh.title, zh.detail]) expect(text).toMatch(CHINESE);
  for (const text of [en.title, en.detail]) {
    expect(text).toMatch(/[a-z]/);
    expect(text).not.toMatch(CHINESE);
  }
  expect([zh.detail, en.detail].join()).not.toMatch(/undefined|\[object|NaN/);
});
test('no two codes share a title, in either language', () => {
  for (const language of ['zh', 'en'] as const) {
    expect(new Set(examples.map((refusal) => sentenceOf(refusal, language).title)).size).toBe(examples.length);
  }
});

test('the state of the case says 409, figures and input say 422; scope, unknown objects and stale versions have their own', () => {
  const byStatus = (status: number) => examples.map(({ code }) => code).filter((code) => statusOf(code) === status);
  expect(byStatus(403)).toEqual(['FORBIDDEN', 'CONFLICT_OF_INTEREST']);
  expect(byStatus(404)).toEqual(['OBJECTION_UNKNOWN']);
  expect(byStatus(412)).toEqual(['VERSION_CONFLICT']);
  expect(byStatus(409)).toEqual(expect.arrayContaining(['NOT_AWAITED', 'HOUSEHOLD_ALREADY_FILED', 'DISBURSEMENT_ALREADY_RELEASED']));
  expect(byStatus(422)).toEqual(expect.arrayContaining(['CALENDAR_NOT_COVERED', 'LIVING_STANDARD_MISSING', 'MEDICAL_CAP_EXCEEDED', 'SAME_PERSON_MAY_NOT_APPROVE']));
});

describe('what the clerk needs is in the sentence', () => {
  const detail = (refusal: Refusal) => [sentenceOf(refusal, 'zh').detail, sentenceOf(refusal, 'en').detail];

  test('whose turn it is: in Chinese by the words of the task list, in English by the identifiers of the contract', () => {
    const [zh, en] = detail(EXAMPLES.NOT_AWAITED);
    for (const part of ['登记入户走访', 'wx-liangxi-e1', '基层工会经办人']) expect(zh).toContain(part);
    for (const part of ['recordVisit', 'wx-liangxi-e1', 'clerk']) expect(en).toContain(part);
  });
  test.each(COMMAND_NAMES)('%s has a name in Chinese sentences', (command) => {
    const [zh] = detail({ code: 'NOT_AWAITED', awaiting: [{ command, role: 'handler', orgId: 'wx' }] });
    expect(zh).toContain('职工服务中心经办人');
    expect(zh).not.toContain(command);
  });
  test.each<[Refusal, string[]]>([
    [EXAMPLES.MATERIALS_MISSING, ['income', 'bankStatement']],
    [EXAMPLES.MEMBER_NUMBER_TAKEN, ['2', '3']],
    [EXAMPLES.AUTHORIZATION_MISSING, ['2']],
    [EXAMPLES.DATE_NOT_POSSIBLE, ['heldOn', '2023-12-01', '2023-12-05']],
    [EXAMPLES.BELOW_MIN_LIVING_FLOOR, ['42.05']],
    [EXAMPLES.MEDICAL_CAP_EXCEEDED, ['2500.00', '2000.00', '500.00']],
    [EXAMPLES.CALENDAR_NOT_COVERED, ['2023-01-01', '2026-12-31']],
    [EXAMPLES.QUORUM_NOT_MET, ['3', '2']],
    [EXAMPLES.LIVING_STANDARD_PUBLISHED, ['1095.00']],
    [EXAMPLES.AID_REDUCTION_WITHOUT_CHANGE, ['600.00', '2024-07-31']],
    [EXAMPLES.EXIT_EVIDENCE_TOO_OLD, ['2023-06-30', '2024-01-15']],
    [EXAMPLES.PHASE_OUT_TOO_LONG, ['6']],
    [EXAMPLES.PHASE_OUT_NOT_ALLOWED, ['6']],
  ])('%j', (refusal, needed) => {
    for (const text of detail(refusal)) for (const part of needed) expect(text).toContain(part);
  });
  test.each<[string, Refusal]>([
    ['nobody is awaited', { code: 'NOT_AWAITED', awaiting: [] }],
    ['no class fits', { code: 'CLASS_NOT_ELIGIBLE', eligible: [] }],
    ['no payment was named', { code: 'PAYMENT_NOT_PAYABLE', paymentIds: [] }],
    ['no visit is on record', { code: 'EXIT_EVIDENCE_TOO_OLD', rule: 'R-YN-29', visitedOn: null, earliest: '2024-01-15' }],
    ['a review period has no end', { code: 'AID_REDUCTION_WITHOUT_CHANGE', rule: 'R-WX-19', currentFen: 60_000, reviewPeriodEndsOn: null }],
    ['no phase-out is allowed', { code: 'PHASE_OUT_NOT_ALLOWED', allowedMonths: [0] }],
    ['a date has no earliest day', { code: 'DATE_NOT_POSSIBLE', field: 'visitedOn', latest: '2023-11-13' }],
  ])('where %s the sentence is whole as well', (_, refusal) => {
    for (const text of detail(refusal)) expect(text).not.toMatch(/undefined|：。|: \.|  /);
  });
  test('R-BZ-07: whom the household is filed with is not said in words, since it may be another union', () => {
    for (const text of detail(EXAMPLES.HOUSEHOLD_ALREADY_FILED)) expect(text).not.toContain('case-1');
  });
});
