import { z } from 'zod';
import { CHANNELS } from '../../domain/case-facts';
import { HARDSHIP_CLASSES } from '../../domain/hardship-class-names';
import { both } from '../schema-messages';
import { normaliseIdNumber } from '../../domain/identity-number';
import { CaseHousehold, ClaimedExpenses, EmployerPlace, Materials, ResidencePlace, selfIdNumberIn } from './household';
import { CardNumber, Fen, IdNumber, Instant, OrgId, PersonName, Phone, PlainDate, ShortText } from './values';

const EMPLOYMENT_STATUS = ['employed', 'laidOff', 'unemployed', 'unpaidFurlough', 'flexible', 'retired'] as const;
const OWNERSHIP = ['governmentInstitution', 'stateOwnedEnterprise', 'collectiveEnterprise', 'privateEnterprise', 'selfEmployed', 'other'] as const;

const Applicant = z.object({
  name: PersonName,
  idNumber: IdNumber,
  phone: Phone,
  unionMember: z.boolean(),
  employmentStatus: z.enum(EMPLOYMENT_STATUS),
});

const Employer = EmployerPlace.extend({ name: ShortText, ownership: z.enum(OWNERSHIP) }).nullable();
const Residence = ResidencePlace.extend({ address: ShortText });
export const BankAccount = z.object({ holderName: PersonName, bankName: ShortText, cardNumber: CardNumber });
export const Simulation = z.object({ startsAt: Instant });

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** The applicant is the member who says so: one person has one ID number. Looked at also where another field is wrong, so that all mistakes are told at once. */
function withOneApplicant<T extends z.ZodObject>(schema: T): T {
  return schema.refine(
    (value) => {
      const { applicant, household } = value as { applicant: { idNumber: unknown }; household: unknown };
      const self = selfIdNumberIn(household);
      return self === undefined || typeof applicant.idNumber !== 'string' || self === normaliseIdNumber(applicant.idNumber);
    },
    {
      when: ({ value }) => isObject((value as { applicant?: unknown } | null)?.applicant),
      path: ['applicant', 'idNumber'],
      error: both('申请人本人的身份证号码与申请人信息不一致', "the applicant's ID number differs from that of the member who is the applicant"),
    },
  );
}

/** A whole application; one member of the household is the applicant. */
export const Application = withOneApplicant(
  z.object({
    channel: z.enum(CHANNELS),
    filedAtOrgId: OrgId.optional(),
    applicant: Applicant,
    employer: Employer,
    residence: Residence,
    household: CaseHousehold,
    claimedExpenses: ClaimedExpenses,
    materials: Materials,
    bankAccount: BankAccount,
    simulation: Simulation.optional(),
  }),
).meta({ id: 'Application' });
export type ApplicationInput = z.infer<typeof Application>;

/** A file that exists already, as its union hands it over. */
export const FileImport = withOneApplicant(
  z.object({
    applicant: Applicant,
    employer: Employer,
    residence: Residence,
    household: CaseHousehold,
    bankAccount: BankAccount.optional(),
    hardshipClass: z.enum(HARDSHIP_CLASSES),
    establishedOn: PlainDate,
    monthlyLivingAidFen: Fen.optional(),
    simulation: Simulation.optional(),
  }),
).meta({ id: 'FileImport' });
export type FileImportInput = z.infer<typeof FileImport>;
