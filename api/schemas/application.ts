import { z } from 'zod';
import { CHANNELS } from '../../domain/case-facts';
import { both } from '../schema-messages';
import { normaliseIdNumber } from '../../domain/identity-number';
import { CaseHousehold, ClaimedExpenses, EmployerPlace, Materials, ResidencePlace, selfIdNumberIn } from './household';
import { CardNumber, IdNumber, Instant, OrgId, PersonName, Phone, ShortText } from './values';

const EMPLOYMENT_STATUS = ['employed', 'laidOff', 'unemployed', 'unpaidFurlough', 'flexible', 'retired'] as const;
const OWNERSHIP = ['governmentInstitution', 'stateOwnedEnterprise', 'collectiveEnterprise', 'privateEnterprise', 'selfEmployed', 'other'] as const;

const Applicant = z.object({
  name: PersonName,
  idNumber: IdNumber,
  phone: Phone,
  unionMember: z.boolean(),
  employmentStatus: z.enum(EMPLOYMENT_STATUS),
});

/** A whole application; one member of the household is the applicant. */
export const Application = z
  .object({
    channel: z.enum(CHANNELS),
    filedAtOrgId: OrgId.optional(),
    applicant: Applicant,
    employer: EmployerPlace.extend({ name: ShortText, ownership: z.enum(OWNERSHIP) }).nullable(),
    residence: ResidencePlace.extend({ address: ShortText }),
    household: CaseHousehold,
    claimedExpenses: ClaimedExpenses,
    materials: Materials,
    bankAccount: z.object({ holderName: PersonName, bankName: ShortText, cardNumber: CardNumber }),
    simulation: z.object({ startsAt: Instant }).optional(),
  })
  .refine(
    ({ applicant, household }) => {
      const self = selfIdNumberIn(household);
      return self === undefined || typeof applicant.idNumber !== 'string' || self === normaliseIdNumber(applicant.idNumber);
    },
    {
      // Also where another field is wrong: all mistakes are told at once.
      when: ({ value }) => typeof (value as { applicant?: unknown } | null)?.applicant === 'object',
      path: ['applicant', 'idNumber'],
      error: both('申请人本人的身份证号码与申请人信息不一致', "the applicant's ID number differs from that of the member who is the applicant"),
    },
  )
  .meta({ id: 'Application' });
export type ApplicationInput = z.infer<typeof Application>;
