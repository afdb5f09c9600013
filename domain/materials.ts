import type { PlainDate } from './calendar-date';

/** Kinds of material of Attachment 1 (附件1). @see R-BZ-A1 … R-BZ-A6 */
export const MATERIAL_KINDS = [
  'application',
  'checkAuthorization',
  'idCard',
  'householdRegister',
  'labourContract',
  'wageVoucher',
  'bankStatement',
  'socialInsuranceProof',
  'layoffCertificate',
  'unemploymentCertificate',
  'chronicDiseaseProof',
  'diagnosisOrDischarge',
  'medicalBill',
  'admissionNotice',
  'studentCard',
  'tuitionInvoice',
  'dormitoryReceipt',
  'disabilityCertificate',
  'rentContract',
  'dibaoCertificate',
  'accidentProof',
] as const;
export type MaterialKind = (typeof MATERIAL_KINDS)[number];

/** What an applicant says the hardship comes from, in the order in which missing proofs are listed. */
export const CLAIMED_EXPENSES = ['medical', 'education', 'disability', 'housing', 'dibao', 'accident'] as const;
export type ClaimedExpense = (typeof CLAIMED_EXPENSES)[number];

/** A material handed in. */
export interface Material {
  kind: MaterialKind;
  /** Last day on which it counts. */
  validUntil?: PlainDate;
  /** Of a bank statement: whether it shows the accounts of every member. */
  coversAllMembers?: boolean;
}

/** A requirement that nothing handed in serves; any one of `anyOf` would. */
export interface MissingMaterial {
  requirement: string;
  anyOf: MaterialKind[];
}

export interface MaterialCheck {
  complete: boolean;
  /** All that is missing at once, so that the applicant comes only once (R-BZ-32). */
  missing: MissingMaterial[];
  /** Requirement → the kind that serves it. One material may serve several. */
  satisfiedBy: Record<string, MaterialKind>;
  ignored: { kind: MaterialKind; reason: 'expired' }[];
}

interface Requirement {
  name: string;
  anyOf: readonly MaterialKind[];
  coversAllMembers?: true;
}

const LABOUR_PROOFS: readonly MaterialKind[] = [
  'labourContract',
  'wageVoucher',
  'bankStatement',
  'socialInsuranceProof',
  'layoffCertificate',
  'unemploymentCertificate',
];

const CAUSE_PROOFS: Record<ClaimedExpense, readonly MaterialKind[]> = {
  medical: ['chronicDiseaseProof', 'diagnosisOrDischarge', 'medicalBill'],
  education: ['admissionNotice', 'studentCard', 'tuitionInvoice', 'dormitoryReceipt'],
  disability: ['disabilityCertificate'],
  housing: ['rentContract'],
  dibao: ['dibaoCertificate'],
  accident: ['accidentProof', 'diagnosisOrDischarge', 'medicalBill'],
};

/**
 * Checks the materials of an application against Attachment 1 on `onDate`.
 *
 * Of several kinds that serve a requirement the first in the attachment's order is named. A bank statement given as labour proof
 * serves as income proof again if it covers all members. What is past its `validUntil` is ignored and said so.
 * @param authorizationSigned whether every adult member has signed the authorisation; a sheet in the list alone does not count,
 *   since only the signatures allow a comparison (R-BZ-A2)
 * @see R-BZ-32, R-BZ-A1 … R-BZ-A6
 */
export function checkMaterials(input: {
  materials: readonly Material[];
  claimedExpenses: readonly ClaimedExpense[];
  onDate: PlainDate;
  authorizationSigned: boolean;
}): MaterialCheck {
  const isExpired = ({ validUntil }: Material) => validUntil !== undefined && validUntil < input.onDate;
  const usable = input.materials.filter((material) => material.kind !== 'checkAuthorization' && !isExpired(material));
  if (input.authorizationSigned) usable.push({ kind: 'checkAuthorization' });

  const missing: MissingMaterial[] = [];
  const satisfiedBy: Record<string, MaterialKind> = {};
  for (const requirement of requirementsFor(input.claimedExpenses)) {
    const kind = firstServing(requirement, usable);
    if (kind) satisfiedBy[requirement.name] = kind;
    else missing.push({ requirement: requirement.name, anyOf: [...requirement.anyOf] });
  }
  return {
    complete: missing.length === 0,
    missing,
    satisfiedBy,
    ignored: input.materials.filter(isExpired).map(({ kind }) => ({ kind, reason: 'expired' })),
  };
}

function requirementsFor(claimedExpenses: readonly ClaimedExpense[]): Requirement[] {
  const single = (kind: MaterialKind): Requirement => ({ name: kind, anyOf: [kind] });
  return [
    single('application'),
    single('checkAuthorization'),
    single('idCard'),
    single('householdRegister'),
    { name: 'labourRelation', anyOf: LABOUR_PROOFS },
    { name: 'income', anyOf: ['bankStatement'], coversAllMembers: true },
    ...CLAIMED_EXPENSES.filter((expense) => claimedExpenses.includes(expense)).map((expense) => ({
      name: `causeProof.${expense}`,
      anyOf: CAUSE_PROOFS[expense],
    })),
  ];
}

function firstServing({ anyOf, coversAllMembers }: Requirement, materials: readonly Material[]): MaterialKind | undefined {
  return anyOf.find((kind) =>
    materials.some(
      (material) => material.kind === kind && (coversAllMembers === undefined || material.coversAllMembers === true),
    ),
  );
}
