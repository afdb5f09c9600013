import fc from 'fast-check';
import { maskText, publicText } from '../../../access/free-text';
import type { Viewer } from '../../../access/field-masks';
import type { PersonalData } from '../../../access/personal-data';

const personal: PersonalData = {
  applicant: { name: '岑言言', idNumber: '990100197805161984', phone: '19900000700', unionMember: true, employmentStatus: 'employed' },
  employer: { name: '示例制造有限公司', regionCode: '320213', affiliation: 'countyUnion' },
  residence: { regionCode: '320213', address: '示例路217号岑言言宅' },
  members: [
    { memberNo: 1, name: '岑言言', idNumber: '990100197805161984', health: '高血压' },
    { memberNo: 2, name: '戴言言', idNumber: '990100198009021993' },
  ],
  bankAccount: { holderName: '岑言言', bankName: '示例银行', cardNumber: '6222020000000000000' },
  contactPerson: '联系人甲',
};
const as = (role: Viewer['roles'][number]): Viewer => ({ roles: [role], state: 'active' });

test('who handles the case reads names, and nobody reads numbers, addresses or diagnoses', () => {
  const text = '岑言言（990100197805161984）住示例路217号岑言言宅，患高血压，电话19900000700，配偶戴言言。';
  expect(maskText(text, personal, as('handler'))).toBe('岑言言（990**************4）住***，患***，电话199****0700，配偶戴言言。');
  expect(maskText(text, personal, as('auditor'))).toBe('岑**（990**************4）住***，患***，电话199****0700，配偶戴**。');
});
test('whoever was in the household once is masked like those who are', () => {
  const since = { ...personal, former: [{ memberNo: 3, name: '岑莲莲', idNumber: '990100200109021994' }] };
  const text = '岑莲莲（990100200109021994）已离家。';
  expect(maskText(text, since, as('handler'))).toBe('岑莲莲（990**************4）已离家。');
  expect(maskText(text, since, as('auditor'))).toBe('岑**（990**************4）已离家。');
});
test('who only pays reads that there are words, and not which', () => {
  for (const role of ['finance', 'treasurer', 'admin'] as const) expect(maskText('同意', personal, as(role))).toBe('***');
  expect(maskText('', personal, as('finance'))).toBe('');
});
test.each([
  ['a stranger’s ID number', '反映人320102199001011234称', '反映人***称'],
  ['one that ends with X', '号12010219900101123x。', '号***。'],
  ['a card in groups', '卡号 6222 0200 1111 2222 333', '卡号 ***'],
  ['a landline with its area code', '电0510-82701234询', '电***询'],
  ['full-width digits', '１３８００００１１１１', '***'],
])('%s is hidden although it is on no form', (_, text, masked) => {
  expect(maskText(text, personal, as('handler'))).toBe(masked);
});
test.each(['2023-11-13 至 2024-01-02', '每月 1200 元，全年 14400 元', 'WX-LIANGXI-2023-000017', '第 35 条'])('dates, amounts and case numbers stay: %s', (text) => {
  expect(maskText(text, personal, as('handler'))).toBe(text);
});
test('whatever stands around them, the numbers of the household are in no masked text', () => {
  const secrets = [personal.applicant.idNumber, personal.applicant.phone, '6222020000000000000', '示例路217号', '高血压'];
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...secrets), fc.string(), fc.constantFrom('clerk', 'handler', 'head', 'leader', 'auditor', 'supervisor', 'finance'), (before, secret, after, role) => {
      const known = { ...personal, residence: { ...personal.residence, address: '示例路217号' } };
      expect(maskText(`${before}${secret}${after}`, known, as(role))).not.toContain(secret);
    }),
  );
});
test('what people are called and where they live is found as it is written, and never read as a pattern', () => {
  const odd: PersonalData = { ...personal, members: [{ memberNo: 1, name: '艾力·(买买提)+', health: '(a+)+$' }], residence: { regionCode: '320213', address: '[0-9]{2}栋.*' } };
  expect(maskText('艾力·(买买提)+患(a+)+$，住[0-9]{2}栋.*', odd, as('auditor'))).toBe('艾**患***，住***');
  expect(maskText(`艾力·买买提买，12栋甲，${'a'.repeat(50)}!`, odd, as('auditor'))).toBe(`艾力·买买提买，12栋甲，${'a'.repeat(50)}!`);
});
test('a public text keeps the names that a notice shows', () => {
  expect(publicText('岑言言 19900000700', personal)).toBe('岑言言 199****0700');
});
