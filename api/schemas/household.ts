import { z } from 'zod';
import { birthOnOf, isIdNumber, normaliseIdNumber } from '../../domain/identity-number';
import { ACCIDENT_CAUSES, RELATIONS } from '../../domain/household';
import { CLAIMED_EXPENSES, MATERIAL_KINDS } from '../../domain/materials';
import { AFFILIATIONS } from '../../domain/policy';
import { both } from '../schema-messages';
import { Fen, IdNumber, OrgId, PersonName, PlainDate, RegionCode, ShortText } from './values';

const MEMBERS_MAX = 30;

const Member = z.object({
  memberNo: z
    .int()
    .min(1)
    .max(99)
    .meta({ description: "一个编号在一个案件中始终只属于同一人，离开家庭后也不转给他人；只填编号和数据的，姓名和身份证号码沿用。one person's for good within a case: a known number without name and ID number keeps those on record, and one that was ever used is not given to anybody else (422 MEMBER_NUMBER_TAKEN)" }),
  name: PersonName.optional(),
  idNumber: IdNumber.optional(),
  relation: z.enum(RELATIONS),
  birthOn: PlainDate.optional(),
  annualIncomeFen: Fen,
  health: ShortText.optional(),
  student: z.boolean().optional(),
  ableBodied: z.boolean().optional(),
});

export const RigidExpenses = z.object({
  medicalFen: Fen,
  educationFen: Fen,
  disabilityFen: Fen,
  housingFen: Fen,
  employmentFen: Fen,
  otherFen: Fen,
});

const Accident = z.object({
  cause: z.enum(ACCIDENT_CAUSES),
  eventOn: PlainDate,
  grossExpenseFen: Fen,
  compensationFen: Fen,
  insuranceFen: Fen,
  mutualAidFen: Fen,
  socialAssistanceFen: Fen,
  socialAidFen: Fen,
});

/** 困难职工家庭 as somebody declares it: each member once. */
export const Household = z
  .object({
    members: z
      .array(Member)
      .min(1)
      .max(MEMBERS_MAX)
      .refine((members) => new Set(members.map((m) => m.memberNo)).size === members.length, both('成员编号重复', 'memberNo comes twice')),
    rigidExpenses: RigidExpenses,
    accident: Accident.optional(),
  })
  .meta({ id: 'Household' });
export type HouseholdInput = z.infer<typeof Household>;

/** Members as they came in, for checks that are to speak although some field of a member is wrong. */
const membersIn = (household: unknown): Partial<HouseholdInput['members'][number]>[] => {
  const members = (household as { members?: unknown } | null | undefined)?.members;
  return Array.isArray(members) ? members.map((member: unknown) => (member ?? {})) : [];
};
const always = { when: ({ value }: { value: unknown }) => membersIn(value).length > 0, path: ['members'] };

/** The household of a case: exactly one member is the applicant, and nobody stands in it twice. */
export const CaseHousehold = Household.refine((household) => membersIn(household).filter(({ relation }) => relation === 'self').length === 1, {
  ...always,
  error: both('家庭成员中应有且仅有一名申请人本人（self）', 'exactly one member must be the applicant (self)'),
})
  .refine(
    (household) => {
      const idNumbers = membersIn(household).flatMap(({ idNumber }) => (typeof idNumber === 'string' ? [normaliseIdNumber(idNumber)] : []));
      return new Set(idNumbers).size === idNumbers.length;
    },
    { ...always, error: both('家庭成员身份证号码重复', 'two members have one ID number') },
  )
  .meta({ id: 'CaseHousehold' });

/** The ID number of the member who is the applicant, in its normal form, from a household that may be wrong elsewhere. */
export function selfIdNumberIn(household: unknown): string | undefined {
  const self = membersIn(household).find(({ relation }) => relation === 'self')?.idNumber;
  return typeof self === 'string' ? normaliseIdNumber(self) : undefined;
}

/** Where the worker belongs; the name of the employer is only needed to file a case. */
export const EmployerPlace = z.object({ orgId: OrgId.optional(), regionCode: RegionCode, affiliation: z.enum(AFFILIATIONS) });
export const ResidencePlace = z.object({ regionCode: RegionCode, communityOrgId: OrgId.optional(), address: ShortText.optional() });

export const Materials = z
  .array(z.object({ kind: z.enum(MATERIAL_KINDS), validUntil: PlainDate.optional(), coversAllMembers: z.boolean().optional() }))
  .max(100);
export const ClaimedExpenses = z.array(z.enum(CLAIMED_EXPENSES)).max(CLAIMED_EXPENSES.length);

/**
 * The coded facts of a declared household: names, ID numbers and diagnoses stay outside of the process. Where a member's
 * ID number is known, its birth date counts: who has to sign does not depend on a slip of the pen.
 *
 * @param known ID numbers on record, by memberNo, for members that are given without one
 */
export function factsOf(household: HouseholdInput, known: ReadonlyMap<number, string> = new Map()) {
  const birthOf = ({ memberNo, idNumber = known.get(memberNo), birthOn }: HouseholdInput['members'][number]) => {
    const normal = idNumber === undefined ? '' : normaliseIdNumber(idNumber);
    return isIdNumber(normal) ? birthOnOf(normal) : birthOn;
  };
  return {
    ...household,
    members: household.members.map((member) => {
      const { memberNo, relation, annualIncomeFen, student, ableBodied } = member;
      const birthOn = birthOf(member);
      return {
        memberNo,
        relation,
        annualIncomeFen,
        ...(birthOn === undefined ? {} : { birthOn }),
        ...(student === undefined ? {} : { student }),
        ...(ableBodied === undefined ? {} : { ableBodied }),
      };
    }),
  };
}
