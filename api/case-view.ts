import { maskPersonal, readsWords, type MaskedPersonal, type Viewer } from '../access/field-masks';
import { maskText, withoutPersons } from '../access/free-text';
import type { PersonalData } from '../access/personal-data';
import { formatInstant, shanghaiDateAt, yearOf, type PlainDate } from '../domain/calendar-date';
import { campaignsOf } from '../domain/campaign';
import type { AidPlan, Exit, Role } from '../domain/case-facts';
import type { CaseRecord } from '../domain/case-record';
import { medicalCapOf } from '../domain/decisions/aid-plan';
import { materialsOf, unsignedAdults } from '../domain/decisions/intake';
import { isNoticeRequired } from '../domain/exit';
import type { Policy } from '../domain/policy';
import { policyInForce, type Reference } from '../domain/reference';
import type { Organisation } from '../domain/routing';
import { taskIdOf } from '../store/read-model.store';
import type { CaseView } from './schemas/case';

/** What whoever proposed a plan wrote to one of its items. */
export interface PlanItemText {
  measure?: string;
  period?: string;
}

export interface ViewParts {
  record: CaseRecord;
  /** Case clock minus wall clock, in ms. */
  clockOffsetMs: number;
  /** Masked for whoever looks. */
  personal: MaskedPersonal;
  /** The words of plan items, by plan and place in it; masked likewise. */
  planTexts: ReadonlyMap<string, PlanItemText[]>;
  reference: Reference;
  organisations: ReadonlyMap<string, Organisation>;
}

/** The case as somebody with these roles may see it: the only way from what is known of persons to an answer. */
export function caseViewFor(roles: readonly Role[], { personal, planTexts, ...parts }: Omit<ViewParts, 'personal'> & { personal: PersonalData }): CaseView {
  const viewer: Viewer = { roles, state: parts.record.state };
  const isOwn = roles.includes('applicant');
  const wordsOf = (text: string | undefined) => (text === undefined ? undefined : isOwn ? withoutPersons(text, personal, viewer) : maskText(text, personal, viewer));
  const texts = parts.record.aidPlans.map(({ id }): [string, PlanItemText[]] => [
    id,
    (planTexts.get(id) ?? []).map(({ measure, period }) => ({ measure: wordsOf(measure), period: wordsOf(period) })),
  ]);
  const view = caseView({ ...parts, personal: maskPersonal(personal, viewer), planTexts: new Map(texts) });
  if (isOwn) return asOwn(view);
  return readsWords(viewer) ? view : withoutProofs(view);
}

/** What the applicant follows the own case by: aid that is granted, not aid that is discussed; who does the work by role; nothing of what unions tell each other. */
function asOwn(view: CaseView): CaseView {
  const granted = view.aidPlans.filter(({ state }) => state === 'approved').map((plan) => ({ ...plan, proposedBy: 'handler' }));
  return { ...view, aidPlans: granted, monitoring: null, syncs: [] };
}

/** Which proofs were handed in tells of illness and disability; who only pays has no need of it. */
function withoutProofs(view: CaseView): CaseView {
  return { ...view, claimedExpenses: [], materials: { complete: view.materials.complete, missing: [], satisfiedBy: {}, ignored: [] } };
}

/** The case as the contract describes it, with what its viewer may see of persons; a field that does not apply is null. */
function caseView({ record, clockOffsetMs, personal, planTexts, reference, organisations }: ViewParts): CaseView {
  const nowMs = Date.now() + clockOffsetMs;
  const today = shanghaiDateAt(nowMs);
  const policy = policyInForce(reference, today);
  const unsigned = policy.accepted ? unsignedAdults(record, policy.value, today) : unsignedMembers(record);
  const { standing, territory } = record;
  const owner = record.hardshipFile && organisations.get(record.hardshipFile.ownerOrgId);
  const { applicant, employer, bankAccount } = personal;
  return {
    id: record.caseId,
    number: record.number,
    state: record.state,
    version: record.version,
    channel: record.channel,
    now: formatInstant(nowMs),
    appliedOn: record.appliedOn,
    policyProfile: record.policyProfile,
    grassrootsOrgId: territory.grassrootsOrgId,
    reviewerOrgId: standing?.reviewerOrgId ?? null,
    applicant,
    employer: employer && { name: employer.name, orgId: employer.orgId ?? null, regionCode: employer.regionCode, affiliation: employer.affiliation },
    bankAccount,
    claimedExpenses: record.claimedExpenses,
    previousCaseId: record.previousCaseId,
    hardshipClass: record.hardshipClass,
    assessment: record.assessment,
    materials: materialsOf(record, unsigned.length === 0),
    authorization: { complete: unsigned.length === 0, missingMemberNos: unsigned },
    noticesRequired: standing?.noticesRequired ?? null,
    notices: record.notices,
    comparison: comparisonView(record),
    collectiveApproval: { required: true, heldOn: record.collectiveApproval?.heldOn ?? null, outcome: record.collectiveApproval?.outcome ?? null },
    aidPlans: record.aidPlans.map((plan) => planView(plan, planTexts.get(plan.id) ?? [])),
    payments: record.payments.map(({ id, aidType, budgetLine, amountFen, state, paidOn, notifiedOn }) => ({
      id,
      aidType,
      budgetLine,
      amountFen,
      state,
      paidOn,
      notifiedOn,
    })),
    disbursements: record.disbursements.map(({ id, state, paymentIds }) => ({ id, state, paymentIds })),
    medicalCap: record.assessment ? medicalCapOf(record, yearOf(today)) : null,
    hardshipFile: record.hardshipFile && { ...record.hardshipFile, serviceCentre: owner?.serviceCentre ?? null },
    certificate: record.certificate,
    filing: standing && {
      required: standing.filingToOrgId !== null,
      toOrgId: standing.filingToOrgId,
      submittedOn: record.filing?.submittedOn ?? null,
    },
    syncs: record.syncs,
    recheck: record.recheck && { everyMonths: record.recheck.everyMonths, nextDueOn: record.recheck.nextDueOn, stage: record.recheck.stage },
    campaigns: policy.accepted ? campaignsView(record, policy.value, today) : [],
    lastRecheck: record.lastRecheck && { doneOn: record.lastRecheck.doneOn, outcome: record.lastRecheck.outcome, visitedOn: record.lastRecheck.visitedOn },
    monthlyLivingAidFen: record.aidLevel?.monthlyLivingAidFen ?? null,
    monitoring: record.monitoring,
    endState: record.endState,
    exit: record.exit && exitView(record.exit),
    phaseOut: record.phaseOut && { ...record.phaseOut, contactPerson: personal.contactPerson ?? organisations.get(territory.grassrootsOrgId)?.name ?? territory.grassrootsOrgId },
    relapse: record.relapse && { reportedOn: record.relapse.reportedOn, visitedOn: record.relapse.visitedOn },
    greenChannel: null,
    awaiting: record.awaiting
      .filter((awaited) => awaited.task)
      .map((awaited) => ({
        command: awaited.command,
        kind: awaited.kind ?? null,
        role: awaited.role,
        orgId: awaited.orgId,
        task: taskIdOf(record.caseId, awaited),
        since: awaited.since,
        dueOn: awaited.dueOn,
      })),
    possible: record.awaiting
      .filter((awaited) => !awaited.task)
      .map(({ command, kind, role, orgId }) => ({ command, kind: kind ?? null, role, orgId })),
  };
}

function campaignsView({ recheck, fileUpdates }: CaseRecord, policy: Policy, today: PlainDate): CaseView['campaigns'] {
  const windows = (policy.recheck.campaigns ?? []).map((campaign) => campaign.value);
  return recheck ? campaignsOf(windows, { anchorOn: recheck.anchorOn, countsFrom: recheck.countsFrom, updates: fileUpdates }, today) : [];
}

function exitView({ terms, noticesBefore, ...exit }: Exit): CaseView['exit'] {
  return { ...exit, noticeRequired: isNoticeRequired({ terms, noticesBefore, ...exit }) };
}

/** Where no policy says who is an adult, everybody who has not signed. */
function unsignedMembers(record: CaseRecord): number[] {
  const signed = new Set(record.authorizations.map((authorization) => authorization.memberNo));
  return record.household.members.map((member) => member.memberNo).filter((memberNo) => !signed.has(memberNo));
}

function comparisonView(record: CaseRecord): CaseView['comparison'] {
  const required = record.standing?.comparison.required ?? null;
  const reported = record.comparison;
  if (reported) return { required, state: 'reported', result: reported.result, reportedOn: reported.reportedOn };
  const state = required === null ? 'undetermined' : required ? 'awaited' : 'notRequired';
  return { required, state, result: null, reportedOn: null };
}

function planView(plan: AidPlan, texts: readonly PlanItemText[]): CaseView['aidPlans'][number] {
  return {
    id: plan.id,
    state: plan.state,
    proposedBy: plan.proposedBy,
    proposedOn: plan.proposedOn,
    totalFen: plan.totalFen,
    shortfallFen: plan.shortfallFen,
    items: plan.items.map(({ aidType, amountFen, projectId }, index) => ({
      aidType,
      amountFen,
      measure: texts[index]?.measure ?? null,
      period: texts[index]?.period ?? null,
      projectId: projectId ?? null,
    })),
  };
}
