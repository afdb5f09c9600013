import fc from 'fast-check';
import { exportedCase, type DeclaredMember, type HeldCase } from '../../../access/held-data';
import { withoutOthers } from '../../../access/free-text';
import { LIANGXI, PlayedCase, WUXI_DEEP } from '../domain/played-case';

const APPLICANT = { name: '濮阳申请', idNumber: '990213197805160019', phone: '19800000001', unionMember: true, employmentStatus: 'employed' };
const SPOUSE = { memberNo: 2, name: '淳于配偶', idNumber: '990213198009020027', health: '慢性病乙' };
const BY = { union: '示例工会', roles: ['handler'] };
const AT = '2026-01-01T00:00:00.000Z';

function held(given: Partial<HeldCase> = {}): HeldCase {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP);
  return {
    record: played.record,
    personal: {
      applicant: APPLICANT,
      employer: null,
      residence: { regionCode: '320213', address: '示例路1号' },
      members: [{ memberNo: 1, name: APPLICANT.name, idNumber: APPLICANT.idNumber, health: '慢性病甲' }, SPOUSE],
      bankAccount: { holderName: APPLICANT.name, bankName: '示例银行', cardNumber: '6200001000000237577' },
      contactPerson: '欧阳联络',
    },
    events: [],
    consents: [],
    writings: [],
    declarations: [],
    accounts: [],
    notifications: [],
    documents: [],
    accesses: [],
    reveals: [],
    exports: [],
    ratings: [],
    ...given,
  };
}
const writing = (operation: string, text: string, namesOfOthers: string[] = []) => ({ at: AT, operation, by: BY, texts: { opinion: text }, namesOfOthers });

/** Everything that belongs to a case, in every place where it can stand, with a name of a stranger in each. */
const STRANGERS = ['淳于配偶', '990213198009020027', '慢性病乙', '欧阳联络', '赫连走访'];
const full = () =>
  held({
    writings: [writing('recordVisit', STRANGERS.join('，'), ['赫连走访']), writing('raiseObjection', '东郭反映收入不实', ['东郭反映']), writing('resolveObjection', '东郭反映不实')],
    declarations: [{ at: AT, operation: 'submitApplication', applicant: APPLICANT, members: [{ memberNo: 1 }, SPOUSE], bankAccount: { holderName: '淳于配偶', bankName: '', cardNumber: '6200001000000237585' } }],
    accounts: [{ disbursementId: 'd', bankAccount: { holderName: '淳于配偶', bankName: '', cardNumber: '6200001000000237585' } }],
    reveals: [{ at: AT, field: 'member.name', memberNo: 2, by: BY, reason: '核实' }, { at: AT, field: 'applicant.phone', memberNo: null, by: BY, reason: '致电淳于配偶' }],
    exports: [{ at: AT, by: BY, requestedBy: 'person', memberNo: 2 }],
  });

test('the applicant’s export has nothing of any stranger, wherever it stands', () => {
  const text = JSON.stringify(exportedCase(full(), 1));
  for (const stranger of [...STRANGERS, '东郭反映', '6200001000000237585']) expect(text).not.toContain(stranger);
  for (const own of [APPLICANT.name, APPLICANT.idNumber, APPLICANT.phone, '慢性病甲', '示例路1号', '6200001000000237577']) expect(text).toContain(own);
});
test('a member’s export has what is hers, and nothing of the applicant', () => {
  const exported = exportedCase(full(), 2);
  const text = JSON.stringify(exported);
  for (const his of [APPLICANT.name, APPLICANT.idNumber, APPLICANT.phone, '慢性病甲', '示例路1号', '6200001000000237577', '欧阳联络', '赫连走访']) expect(text).not.toContain(his);
  expect(exported).toMatchObject({ as: 'member', identity: { name: SPOUSE.name, idNumber: SPOUSE.idNumber, health: SPOUSE.health }, declarations: [{ member: SPOUSE }], reveals: [{ field: 'member.name' }], exports: [{ requestedBy: 'person' }] });
});
test('what was said of somebody else under the number is not hers, nor what figures alone said after it', () => {
  const son = { memberNo: 2, relation: 'child' as const, name: '钟离之子', idNumber: '990213200403210035' };
  const { relation: _unsaid, ...namedOnly } = { ...son, idNumber: undefined };
  const lines = [SPOUSE, { memberNo: 2 }, son, namedOnly, { memberNo: 2 }, { ...SPOUSE, name: '淳于佩偶' }];
  const { declarations } = exportedCase(held({ declarations: lines.map((line) => ({ at: AT, operation: 'updateFile', members: [line] })) }), 2);
  expect(declarations.map((declaration) => (declaration as { member?: object }).member)).toEqual([SPOUSE, { memberNo: 2 }, { ...SPOUSE, name: '淳于佩偶' }]);
});
test('who has left the household is a stranger in every text', () => {
  const data = held({ writings: [writing('updateFile', '前妻端木离异（990213198009020051）已迁出')] });
  data.personal.former = [{ memberNo: 3, name: '端木离异', idNumber: '990213198009020051' }];
  expect(exportedCase(data, 1).writings).toMatchObject([{ texts: { opinion: '前妻***（***）已迁出' } }]);
});
test('an account in somebody else’s name is that person’s', () => {
  const data = held();
  data.personal.bankAccount = { holderName: SPOUSE.name, bankName: '示例银行', cardNumber: '6200001000000237577' };
  expect(exportedCase(data, 1).identity).toMatchObject({ bankAccount: null });
});

describe('somebody who was in the household and is not any more', () => {
  const FORMER = { memberNo: 2, name: '闻人前妻', idNumber: '990213198111110026', health: '慢性病丙' };
  const self = { memberNo: 1, name: APPLICANT.name, idNumber: APPLICANT.idNumber.toLowerCase() };
  const declared = (...members: DeclaredMember[]) => ({ at: AT, operation: 'updateFile', members });
  /** Number 2 was the former wife's, who is named once and then goes by her number, before it became the present one's. */
  const former = () =>
    held({
      declarations: [declared(self, FORMER, { memberNo: 3, name: '钟离长子', health: '慢性病丁' }), declared({ memberNo: 1 }, { memberNo: 2, annualIncomeFen: 4_711 } as DeclaredMember), declared(self, SPOUSE)],
      writings: [writing('recordVisit', `濮阳申请称${FORMER.name}（${FORMER.idNumber}，${FORMER.health}）与钟离长子（慢性病丁）已搬走`)],
      reveals: [{ at: AT, field: 'member.name', memberNo: 2, by: BY, reason: `误以为是${FORMER.name}` }],
      accounts: [{ disbursementId: 'd', bankAccount: { holderName: '宇文户主', bankName: '', cardNumber: '6200001000000237585' } }],
    });

  test('is left out of the texts that the applicant gets, by name, ID number and health', () => {
    const exported = exportedCase(former(), 1);
    expect(exported.writings[0]?.texts).toEqual({ opinion: '濮阳申请称***（***，***）与***（***）已搬走' });
    expect(exported.declarations).toEqual([self, { memberNo: 1 }, self].map((member) => ({ at: AT, operation: 'updateFile', member })));
  });
  test('is nobody’s own for having had the same number in the household', () => {
    const exported = exportedCase(former(), 2);
    expect(exported.declarations).toEqual([{ at: AT, operation: 'updateFile', member: SPOUSE }]);
    expect(exported.reveals).toMatchObject([{ reason: '误以为是***' }]);
    for (const hers of [FORMER.name, FORMER.idNumber, FORMER.health, '4711']) expect(JSON.stringify(exported)).not.toContain(hers);
  });
  test('whose account the money went to once is left out of the texts as well', () => {
    const data = former();
    data.writings = [writing('recordVisit', '款项打入宇文户主账户')];
    expect(exportedCase(data, 1).writings[0]?.texts).toEqual({ opinion: '款项打入***账户' });
  });
  test('a corrected ID number makes nobody another person', () => {
    const data = held({ declarations: [declared({ ...SPOUSE, idNumber: '990213198009020035' })] });
    expect(exportedCase(data, 2).declarations).toHaveLength(1);
  });
});

describe('a text as the person may have it', () => {
  test.each([
    ['own name and number stay', '濮阳申请 19800000001', '濮阳申请 19800000001'],
    ['a number of somebody else goes, in groups and in full width too', '电话 13911112222、139 1111 2222、１３９１１１１２２２２', '电话 ***、***、***'],
    ['own number in other ways of writing stays', '198 0000 0001、１９８０００００００１', '198 0000 0001、１９８０００００００１'],
    ['a name within a longer one goes as a whole', '淳于配偶来', '***来'],
    ['a name that is one’s own stays, also where somebody else bears it', '濮阳申请说', '濮阳申请说'],
    ['dates and amounts stay', '2024-03-04 收入 30000 元', '2024-03-04 收入 30000 元'],
  ])('%s', (_what, text, expected) => {
    expect(withoutOthers(text, { own: ['濮阳申请', '19800000001'], others: ['淳于配偶', '濮阳申请', ''] })).toBe(expected);
  });
  test('whatever stands around them: no name and no number of another person is left', () => {
    const stranger = fc.constantFrom('淳于配偶', '990213198009020027', '13911112222');
    const piece = fc.oneof(stranger, fc.string({ unit: 'grapheme', maxLength: 6 }), fc.constantFrom('濮阳申请', '，', ' '));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const shown = withoutOthers(pieces.join('、'), { own: ['濮阳申请'], others: ['淳于配偶', '990213198009020027'] });
        for (const one of ['淳于配偶', '990213198009020027', '13911112222']) expect(shown).not.toContain(one);
      }),
    );
  });
});
