import { z } from 'zod';
import { CASE_STATES, RECHECK_OUTCOMES } from '../../domain/case-facts';
import { CLAIMED_EXPENSES, MATERIAL_KINDS } from '../../domain/materials';

const date = z.string();
const fen = z.int();
const nullableDate = date.nullable();

export const AssessmentSchema = z
  .object({
    onDate: date,
    eligible: z.array(z.string()),
    recommended: z.string(),
    minLivingStandardFen: fen,
    householdSize: z.int(),
    incomeFen: fen,
    rigidExpenseFen: fen,
    netFen: fen,
    accidentExpenseNetFen: fen.nullable(),
    thresholdsFen: z.object({ '1x': fen, '2x': fen, '3x': fen, '4x': fen }),
    explanation: z.array(
      z.object({
        rule: z.string(),
        verdict: z.string(),
        detail: z.string(),
        operands: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      }),
    ),
  })
  .meta({ id: 'Assessment' });

export const MaterialCheckSchema = z
  .object({
    complete: z.boolean(),
    missing: z.array(z.object({ requirement: z.string(), anyOf: z.array(z.enum(MATERIAL_KINDS)) })),
    satisfiedBy: z.record(z.string(), z.enum(MATERIAL_KINDS)),
    ignored: z.array(z.object({ kind: z.enum(MATERIAL_KINDS), reason: z.string() })),
  })
  .meta({ id: 'MaterialCheck' });

export const AwaitingSchema = z
  .object({
    command: z.string(),
    kind: z.string().nullable(),
    role: z.string(),
    orgId: z.string(),
    task: z.string().meta({ description: 'id of the task in the task list' }),
    since: date,
    dueOn: nullableDate,
  })
  .meta({ id: 'Awaiting' });

/** The case as front ends see it. A field that does not apply is null. */
export const CaseSchema = z
  .object({
    id: z.string(),
    number: z.string(),
    state: z.enum(CASE_STATES),
    version: z.int(),
    channel: z.string().nullable().meta({ description: 'null for a file that was imported' }),
    now: z.string().meta({ description: "the case's business clock" }),
    appliedOn: date,
    policyProfile: z.object({ id: z.string(), version: z.int() }).nullable(),
    grassrootsOrgId: z.string(),
    reviewerOrgId: z.string().nullable(),
    applicant: z.object({ name: z.string(), idNumber: z.string(), phone: z.string(), unionMember: z.boolean(), employmentStatus: z.string() }),
    employer: z.object({ name: z.string(), orgId: z.string().nullable(), regionCode: z.string(), affiliation: z.string() }).nullable(),
    bankAccount: z
      .object({
        holderName: z.string(),
        bankName: z.string(),
        cardNumber: z.string().meta({ description: 'last four digits only' }),
        warnings: z.array(z.enum(['length', 'luhn'])).meta({ description: 'what looks wrong with the card number; never a reason to refuse (A-29)' }),
      })
      .nullable(),
    claimedExpenses: z.array(z.enum(CLAIMED_EXPENSES)),
    previousCaseId: z.string().nullable(),
    hardshipClass: z.string().nullable(),
    assessment: AssessmentSchema.nullable(),
    materials: MaterialCheckSchema,
    authorization: z.object({ complete: z.boolean(), missingMemberNos: z.array(z.int()) }),
    noticesRequired: z.int().nullable(),
    notices: z.array(
      z.object({
        kind: z.string(),
        byOrgId: z.string(),
        medium: z.string(),
        place: z.string(),
        postedOn: date,
        closesOn: date,
        closedOn: nullableDate,
        outcome: z.string().nullable(),
        objections: z.array(z.object({ id: z.string(), raisedOn: date, outcome: z.string().nullable(), resolvedOn: nullableDate })),
      }),
    ),
    comparison: z.object({
      required: z.boolean().nullable(),
      state: z.enum(['notRequired', 'awaited', 'reported', 'undetermined']),
      result: z.string().nullable(),
      reportedOn: nullableDate,
    }),
    collectiveApproval: z.object({ required: z.boolean(), heldOn: nullableDate, outcome: z.string().nullable() }),
    aidPlans: z.array(
      z.object({
        id: z.string(),
        state: z.string(),
        proposedBy: z.string(),
        proposedOn: date,
        totalFen: fen,
        shortfallFen: fen.nullable(),
        items: z.array(
          z.object({ aidType: z.string(), amountFen: fen.nullable(), measure: z.string().nullable(), period: z.string().nullable(), projectId: z.string().nullable() }),
        ),
      }),
    ),
    payments: z.array(
      z.object({
        id: z.string(),
        aidType: z.string(),
        budgetLine: z.string(),
        amountFen: fen,
        state: z.string(),
        paidOn: nullableDate,
        notifiedOn: nullableDate,
      }),
    ),
    disbursements: z.array(z.object({ id: z.string(), state: z.string(), paymentIds: z.array(z.string()) })),
    medicalCap: z.object({ year: z.int(), capFen: fen, paidFen: fen, remainingFen: fen }).nullable(),
    hardshipFile: z
      .object({
        id: z.string(),
        number: z.string(),
        ownerOrgId: z.string(),
        serviceCentre: z.string().nullable(),
        fileLevel: z.string().nullable(),
        establishedOn: date,
        withdrawnOn: nullableDate,
        retentionEndsOn: nullableDate,
        reopenedOn: nullableDate,
      })
      .nullable(),
    certificate: z.object({ number: z.string(), kind: z.string(), state: z.string() }).nullable(),
    filing: z.object({ required: z.boolean(), toOrgId: z.string().nullable(), submittedOn: nullableDate }).nullable(),
    syncs: z.array(z.object({ system: z.string(), state: z.string() })),
    recheck: z.object({ everyMonths: z.int().nullable(), nextDueOn: nullableDate, stage: z.string() }).nullable(),
    campaigns: z.array(
      z.object({ name: z.string(), kind: z.string(), from: date, until: date, state: z.enum(['upcoming', 'open', 'overdue', 'done']), overdueOn: nullableDate }),
    ),
    lastRecheck: z.object({ doneOn: date, outcome: z.enum(RECHECK_OUTCOMES), visitedOn: nullableDate }).nullable(),
    monthlyLivingAidFen: fen.nullable(),
    monitoring: z.object({ group: z.int(), subReason: z.string().nullable(), source: z.string(), until: nullableDate }).nullable(),
    endState: z.string().nullable(),
    exit: z
      .object({
        kind: z.enum(['liftOut', 'cancel']),
        route: z.string().nullable(),
        toldOn: date,
        noticeRequired: z.boolean(),
        workerConfirmedOn: nullableDate,
        grassrootsConfirmedOn: nullableDate,
        refusal: z.object({ on: date, valid: z.boolean() }).nullable(),
        verifications: z.array(z.object({ by: z.string(), on: date })),
        stoppedBy: z.string().nullable(),
        effectiveOn: nullableDate,
      })
      .nullable(),
    phaseOut: z
      .object({ months: z.int(), endsOn: date, aidContinues: z.boolean(), contactPerson: z.string(), followUps: z.array(date) })
      .nullable(),
    relapse: z.object({ reportedOn: date, visitedOn: nullableDate }).nullable(),
    greenChannel: z.unknown().nullable(),
    awaiting: z.array(AwaitingSchema),
    possible: z
      .array(z.object({ command: z.string(), kind: z.string().nullable(), role: z.string(), orgId: z.string() }))
      .meta({ description: 'commands that are possible now without being anybody’s task' }),
  })
  .meta({ id: 'Case' });
export type CaseView = z.infer<typeof CaseSchema>;
