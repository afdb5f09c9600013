import fc from 'fast-check';
import type { PersonalData } from '../../../access/personal-data';
import { publicNotice } from '../../../access/public-notice';
import { instantAt } from '../../../domain/calendar-date';
import type { CaseRecord } from '../../../domain/case-record';
import { application } from '../api/given';
import { LIANGXI, PlayedCase, WUXI_ACCIDENTAL, WUXI_DEEP } from '../domain/played-case';

const nameOf = (orgId: string) => `${orgId}工会`;
const { applicant, employer, residence, bankAccount, household } = application();
const personal: PersonalData = { applicant, employer, residence, members: household.members, bankAccount, contactPerson: '联系人甲' };

function noticed(family = WUXI_DEEP): { record: CaseRecord; nowMs: number } {
  const played = PlayedCase.apply(LIANGXI, family).to('passed').enter('notice1');
  played.do('postNotice', played.notice('first'));
  return { record: played.record, nowMs: instantAt(played.today, 10) };
}

test('A-20, golden: name, unit, class and main reason, by whom and until when; and nothing else', () => {
  const { record, nowMs } = noticed();
  const notice = record.notices[0]!;
  expect(publicNotice(record, 'first', personal, nowMs, nameOf)).toEqual({
    kind: 'first',
    applicantName: '岑言言',
    unit: '示例制造有限公司',
    hardshipClass: record.hardshipClass,
    mainReason: 'illness',
    exitKind: null,
    postedBy: 'wx-liangxi-e1工会',
    postedOn: notice.postedOn,
    closesOn: notice.closesOn,
  });
});
test('who has no employer is named with the union of the community', () => {
  const { record, nowMs } = noticed();
  expect(publicNotice(record, 'first', { ...personal, employer: null }, nowMs, nameOf)?.unit).toBe('wx-liangxi-e1工会');
});
test('an accident is the reason of a class that comes from one', () => {
  const { record, nowMs } = noticed(WUXI_ACCIDENTAL);
  expect(publicNotice({ ...record, hardshipClass: 'accidental' }, 'first', personal, nowMs, nameOf)?.mainReason).toBe('accident');
});
test('it is there while it is open, and neither before nor after', () => {
  const { record, nowMs } = noticed();
  const { closesOn } = record.notices[0]!;
  const at = (ms: number, change: Partial<CaseRecord> = {}) => publicNotice({ ...record, ...change }, 'first', personal, ms, nameOf);
  expect(at(instantAt(closesOn, 23))).toBeDefined();
  expect(at(instantAt(closesOn, 23) + 3_600_000)).toBeUndefined();
  expect(at(nowMs, { notices: record.notices.map((notice) => ({ ...notice, closedOn: closesOn })) })).toBeUndefined();
  expect(at(nowMs, { notices: [] })).toBeUndefined();
  expect(at(nowMs, { state: 'rejected' })).toBeUndefined();
  expect(publicNotice(record, 'second', personal, nowMs, nameOf)).toBeUndefined();
});
test('whatever a household is called, and wherever its numbers were typed: no number, address or diagnosis is in the notice', () => {
  const { record, nowMs } = noticed();
  const digits = (length: number) => fc.stringMatching(new RegExp(`^[1-9][0-9]{${length - 1}}$`));
  const word = fc.stringMatching(/^[一-龥]{2,8}$/);
  fc.assert(
    fc.property(digits(18), digits(11), digits(19), word, word, fc.array(word, { maxLength: 3 }), (idNumber, phone, cardNumber, address, health, names) => {
      const secrets = [idNumber, phone, cardNumber, address, health];
      // The worst form: somebody typed all of it into the two fields that are shown.
      const shownField = [...names, ...secrets].join('，');
      const known: PersonalData = {
        ...personal,
        applicant: { ...applicant, name: shownField, idNumber, phone },
        employer: { ...employer!, name: shownField },
        residence: { regionCode: '320213', address },
        members: [{ memberNo: 1, idNumber, health }],
        bankAccount: { holderName: names[0] ?? '某', bankName: '某行', cardNumber },
      };
      const text = JSON.stringify(publicNotice(record, 'first', known, nowMs, nameOf));
      for (const secret of secrets) expect(text).not.toContain(secret);
    }),
  );
});
