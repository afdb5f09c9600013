import fc from 'fast-check';
import { addDays, addMonths } from '../../../domain/calendar-date';
import { consentsOf, isInForce, type ConsentTerms } from '../../../domain/consent';
import { unsignedAdults } from '../../../domain/decisions/intake';
import { policyInForce } from '../../../domain/reference';
import { LIANGXI, PlayedCase, WUXI_DEEP } from './played-case';

const TEXT = { id: 'checkAuthorization', version: 1, sha256: 'ab'.repeat(32) };
const terms = (given: Partial<ConsentTerms> = {}): ConsentTerms => ({ text: TEXT, textMonths: 6, purposes: ['dataComparison'], method: 'paper', documentId: null, ...given });
const applied = (on = '2023-11-13') => PlayedCase.apply(LIANGXI, WUXI_DEEP, { on });
const signs = (signers: number[], signedOn: string, given: Partial<ConsentTerms> = {}) => ({ signers, signedOn, consent: terms(given) });
const unsigned = (played: PlayedCase, today = played.today) => {
  const policy = policyInForce(LIANGXI.reference, today);
  if (!policy.accepted) throw new Error('no policy');
  return unsignedAdults(played.record, policy.value, today);
};

describe('what exactly was signed', () => {
  test('text, purposes, how, and the last day on which it counts are in the record', () => {
    const played = applied().do('signAuthorization', signs([1], '2023-11-13', { purposes: ['dataComparison', 'publicNotice'], method: 'electronic', documentId: 'd1' }));
    expect(consentsOf(played.events)).toMatchObject([
      { memberNo: 1, signedOn: '2023-11-13', validUntil: '2024-05-13', text: TEXT, purposes: ['dataComparison', 'publicNotice'], method: 'electronic', documentId: 'd1', withdrawnOn: null, isSuperseded: false },
    ]);
  });
  test.each([[3, '2024-02-13'], [6, '2024-05-13'], [12, '2024-05-13'], [null, '2024-05-13']])('the text holds for %s months and the policy for six: until %s, the shorter of both', (textMonths, validUntil) => {
    const played = applied().do('signAuthorization', signs([1], '2023-11-13', { textMonths }));
    expect(consentsOf(played.events)[0]).toMatchObject({ validUntil });
    expect(played.record.authorizations).toEqual([{ memberNo: 1, signedOn: '2023-11-13', validUntil }]);
  });
  test('what an older release recorded without its text counts as before', () => {
    const played = applied().do('signAuthorization', { signers: [1, 2], signedOn: '2023-11-13' });
    expect(consentsOf(played.events)).toMatchObject([{ memberNo: 1, text: null, validUntil: null }, { memberNo: 2 }]);
    expect([unsigned(played, '2024-05-13'), unsigned(played, '2024-05-14')]).toEqual([[], [1, 2]]);
  });
});

describe('taking it back', () => {
  const signed = () => applied().do('signAuthorization', signs([1, 2], '2023-11-13')).on('2023-11-20');
  test('nothing is compared any more, until it is signed anew', () => {
    const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('noticed').enter('upperReview');
    played.do('withdrawAuthorization', { memberNos: [2], withdrawnOn: played.today });
    expect(played.refusals('recordComparison', { result: 'consistent', extraIncomeFen: 0 })).toEqual([{ code: 'AUTHORIZATION_MISSING', rule: 'R-BZ-A2', memberNos: [2] }]);
    played.do('signAuthorization', signs([2], played.today));
    expect(played.decide('recordComparison', { result: 'consistent', extraIncomeFen: 0 }).accepted).toBe(true);
  });
  test('nor is the application accepted', () => {
    expect(signed().do('withdrawAuthorization', { memberNos: [1], withdrawnOn: '2023-11-20' }).refusals('acceptApplication', {})).toMatchObject([{ code: 'AUTHORIZATION_MISSING', memberNos: [1] }]);
  });
  test('a paper from before does not bring it back, however late it is entered; one of that day does', () => {
    const played = signed().do('withdrawAuthorization', { memberNos: [2], withdrawnOn: '2023-11-18' });
    expect(played.refusals('signAuthorization', signs([2], '2023-11-17'))).toMatchObject([{ code: 'DATE_NOT_POSSIBLE', field: 'signedOn', earliest: '2023-11-18' }]);
    expect(unsigned(played.do('signAuthorization', signs([2], '2023-11-18')))).toEqual([]);
  });
  test('only by who has signed, not before it was signed, and not tomorrow', () => {
    expect(applied().refusals('withdrawAuthorization', { memberNos: [1], withdrawnOn: '2023-11-13' })).toEqual([{ code: 'AUTHORIZATION_NOT_SIGNED', memberNos: [1] }]);
    expect(signed().refusals('withdrawAuthorization', { memberNos: [9], withdrawnOn: '2023-11-20' })).toEqual([{ code: 'MEMBER_UNKNOWN', memberNos: [9] }]);
    expect(signed().refusals('withdrawAuthorization', { memberNos: [1], withdrawnOn: '2023-11-12' })).toMatchObject([{ code: 'DATE_NOT_POSSIBLE', field: 'withdrawnOn' }]);
    expect(signed().refusals('withdrawAuthorization', { memberNos: [1], withdrawnOn: '2023-11-21' })).toMatchObject([{ code: 'DATE_NOT_POSSIBLE', field: 'withdrawnOn' }]);
  });
  test('twice: the second time there is nothing to take back', () => {
    const played = signed().do('withdrawAuthorization', { memberNos: [1], withdrawnOn: '2023-11-20' });
    expect(played.refusals('withdrawAuthorization', { memberNos: [1], withdrawnOn: '2023-11-20' })).toEqual([{ code: 'AUTHORIZATION_NOT_SIGNED', memberNos: [1] }]);
  });
});

/** Some signing and taking back by the two adults, in the order of their recording. */
const anyHistory = fc.array(
  fc.record({
    wait: fc.integer({ min: 0, max: 120 }),
    back: fc.integer({ min: 0, max: 200 }),
    members: fc.constantFrom<number[]>([1], [2], [1, 2]),
    withdraws: fc.boolean(),
    textMonths: fc.constantFrom(null, 1, 6, 24),
  }),
  { maxLength: 12 },
);

test('the register and the rule agree on every day: whoever the rule asks for has no authorisation in force, and everybody else has one', () => {
  fc.assert(
    fc.property(anyHistory, fc.integer({ min: 0, max: 800 }), (history, after) => {
      const played = applied();
      for (const { wait, back, members, withdraws, textMonths } of history) {
        played.on(addDays(played.today, wait));
        const day = addDays(played.today, -back);
        const withdrawal = { memberNos: members, withdrawnOn: day };
        const signature = signs(members, day, { textMonths });
        if (withdraws && played.decide('withdrawAuthorization', withdrawal).accepted) played.do('withdrawAuthorization', withdrawal);
        if (!withdraws && played.decide('signAuthorization', signature).accepted) played.do('signAuthorization', signature);
      }
      const today = addDays(played.today, after);
      const register = consentsOf(played.events);
      const inForce = new Set(register.filter((consent) => isInForce(consent, today)).map(({ memberNo }) => memberNo));
      expect(unsigned(played, today)).toEqual([1, 2].filter((memberNo) => !inForce.has(memberNo)));
      // Nobody has two that count, and none counts longer than six months.
      for (const consent of register.filter((one) => isInForce(one, today))) expect(today <= addMonths(consent.signedOn, 6)).toBe(true);
    }),
  );
});
