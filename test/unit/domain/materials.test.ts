import fc from 'fast-check';
import { checkMaterials, CLAIMED_EXPENSES, MATERIAL_KINDS } from '../../../domain/materials';
import type { Material } from '../../../domain/materials';

const onDate = '2023-06-12';
const check = (materials: Material[], claimedExpenses: (typeof CLAIMED_EXPENSES)[number][] = [], authorizationSigned = true) =>
  checkMaterials({ materials, claimedExpenses, onDate, authorizationSigned });

test('R-BZ-A5: one bank statement serves as labour and as income proof; what is missing is listed at once, the expired is ignored', () => {
  const handedIn: Material[] = [
    { kind: 'application' },
    { kind: 'idCard' },
    { kind: 'householdRegister' },
    { kind: 'unemploymentCertificate', validUntil: '2023-05-31' },
    { kind: 'bankStatement', coversAllMembers: true },
    { kind: 'diagnosisOrDischarge' },
  ];
  expect(check(handedIn, ['medical', 'education'], false)).toEqual({
    complete: false,
    missing: [
      { requirement: 'checkAuthorization', anyOf: ['checkAuthorization'] },
      { requirement: 'causeProof.education', anyOf: ['admissionNotice', 'studentCard', 'tuitionInvoice', 'dormitoryReceipt'] },
    ],
    satisfiedBy: {
      application: 'application',
      idCard: 'idCard',
      householdRegister: 'householdRegister',
      labourRelation: 'bankStatement',
      income: 'bankStatement',
      'causeProof.medical': 'diagnosisOrDischarge',
    },
    ignored: [{ kind: 'unemploymentCertificate', reason: 'expired' }],
  });
});
test('with nothing handed in, everything is missing in the attachment’s order', () => {
  expect(check([], [...CLAIMED_EXPENSES].reverse(), false).missing.map(({ requirement }) => requirement)).toEqual([
    'application',
    'checkAuthorization',
    'idCard',
    'householdRegister',
    'labourRelation',
    'income',
    ...CLAIMED_EXPENSES.map((expense) => `causeProof.${expense}`),
  ]);
});
test('R-BZ-A4: a certificate counts on its last day and no longer on the next', () => {
  expect(check([{ kind: 'unemploymentCertificate', validUntil: onDate }]).satisfiedBy.labourRelation).toBe(
    'unemploymentCertificate',
  );
  expect(check([{ kind: 'unemploymentCertificate', validUntil: '2023-06-11' }]).satisfiedBy.labourRelation).toBeUndefined();
});
test('a bank statement of one member is a labour proof and no income proof', () => {
  const { satisfiedBy, missing } = check([{ kind: 'bankStatement' }]);
  expect(satisfiedBy.labourRelation).toBe('bankStatement');
  expect(missing).toContainEqual({ requirement: 'income', anyOf: ['bankStatement'] });
});
test('R-BZ-A2: an authorisation sheet without the signatures does not count', () => {
  expect(check([{ kind: 'checkAuthorization' }], [], false).satisfiedBy.checkAuthorization).toBeUndefined();
  expect(check([], [], true).satisfiedBy.checkAuthorization).toBe('checkAuthorization');
});
test('R-BZ-A6: of several proofs the first in the attachment’s order is named', () => {
  expect(check([{ kind: 'medicalBill' }, { kind: 'chronicDiseaseProof' }], ['medical', 'accident']).satisfiedBy).toMatchObject({
    'causeProof.medical': 'chronicDiseaseProof',
    'causeProof.accident': 'medicalBill',
  });
});

describe('properties', () => {
  const anyMaterial: fc.Arbitrary<Material> = fc.record(
    {
      kind: fc.constantFrom(...MATERIAL_KINDS),
      validUntil: fc.constantFrom('2023-06-11', onDate, '2024-01-01'),
      coversAllMembers: fc.boolean(),
    },
    { requiredKeys: ['kind'] },
  );
  const anyInput = fc.tuple(fc.array(anyMaterial), fc.subarray([...CLAIMED_EXPENSES]), fc.boolean());

  test('handing in one of what is missing for each requirement completes the application', () => {
    fc.assert(
      fc.property(anyInput, fc.nat(), ([materials, expenses], pick) => {
        const { missing } = check(materials, expenses);
        const brought = missing.map(({ anyOf }): Material => ({ kind: anyOf[pick % anyOf.length]!, coversAllMembers: true }));
        expect(check([...materials, ...brought], expenses)).toMatchObject({ complete: true, missing: [] });
      }),
    );
  });
  test('a further material never makes anything missing', () => {
    fc.assert(
      fc.property(anyInput, anyMaterial, ([materials, expenses, signed], more) => {
        const names = (list: Material[]) => check(list, expenses, signed).missing.map(({ requirement }) => requirement);
        expect(names(materials)).toEqual(expect.arrayContaining(names([...materials, more])));
      }),
    );
  });
  test('the order of handing in does not matter', () => {
    fc.assert(
      fc.property(anyInput, ([materials, expenses, signed]) => {
        const there = check(materials, expenses, signed);
        const back = check([...materials].reverse(), expenses, signed);
        expect([back.missing, back.satisfiedBy]).toEqual([there.missing, there.satisfiedBy]);
      }),
    );
  });
});
