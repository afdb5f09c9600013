import { addDays, type PlainDate } from '../../../domain/calendar-date';
import type { CaseEvent } from '../../../domain/case-events';
import type { CaseState, NoticeKind, Role } from '../../../domain/case-facts';
import { applyEvent, latestNotice, type CaseRecord } from '../../../domain/case-record';
import type { Actor, Decide, DecisionContext, NewFact } from '../../../domain/decisions/decide';
import { openCase } from '../../../domain/decisions/open-case';
import { importFile, type ImportFacts } from '../../../domain/decisions/import-file';
import { scheduleFrom } from '../../../domain/decisions/recheck-schedule';
import type { Household } from '../../../domain/household';
import { MATERIAL_KINDS, type Material } from '../../../domain/materials';
import { noticeClosedOn, noticeOutcome } from '../../../domain/notice-outcome';
import type { Policy } from '../../../domain/policy';
import { policyInForce, type Reference } from '../../../domain/reference';
import type { Decision, Refusal } from '../../../domain/refusal';
import type { Territory } from '../../../domain/territory';
import { loadPolicies, policiesForOrg } from '../../../policies/load';
import { loadReference } from '../../../policies/reference';
import { decisions, type CommandFacts, type CommandName } from '../../../workflows/case/commands';
import { refusalsOf, valueOf } from './given';

const loaded = loadPolicies();
const tables = loadReference();

/** Where a played case belongs, and the tables that count there, as shipped. */
export interface Place {
  territory: Territory;
  reference: Reference;
}

function place(grassrootsOrgId: string, orgPath: string[], regionCode: string): Place {
  const [, countyOrgId = '', cityOrgId = ''] = orgPath;
  return {
    territory: { grassrootsOrgId, countyOrgId, cityOrgId, orgPath, affiliation: 'countyUnion', regionCode, hasEmployer: true },
    reference: {
      digest: 'test',
      policies: policiesForOrg(orgPath, loaded),
      standards: tables.livingStandards.filter((row) => row.regionCode === regionCode),
      calendar: tables.calendar,
    },
  };
}

export const LIANGXI = place('wx-liangxi-e1', ['wx-liangxi-e1', 'wx-liangxi', 'wx', 'js'], '320213');
export const JIANGYIN = place('wx-jiangyin-e1', ['wx-jiangyin-e1', 'wx-jiangyin', 'wx', 'js'], '320281');
export const WOYANG = place('bz-woyang-e1', ['bz-woyang-e1', 'bz-woyang', 'bz', 'ah'], '341621');
/** Profiles that say how a file leaves, and not how a household is classed. */
export const WUHUA = place('km-wuhua-e1', ['km-wuhua-e1', 'km-wuhua', 'km', 'yn'], '530102');
export const HAIGANG = place('qhd-haigang-e1', ['qhd-haigang-e1', 'qhd-haigang', 'qhd', 'he'], '130302');

/** Two adults and a child. */
export function family(
  { incomeFen, medicalFen = 0, educationFen = 0 }: { incomeFen: number; medicalFen?: number; educationFen?: number },
  accidentCostFen = 0,
): Household {
  const accident = {
    cause: 'majorIllness' as const,
    eventOn: '2023-02-01',
    grossExpenseFen: accidentCostFen,
    compensationFen: 0,
    insuranceFen: 0,
    mutualAidFen: 0,
    socialAssistanceFen: 0,
    socialAidFen: 0,
  };
  return {
    members: [
      { memberNo: 1, relation: 'self', birthOn: '1980-05-16', annualIncomeFen: incomeFen },
      { memberNo: 2, relation: 'spouse', birthOn: '1982-09-02', annualIncomeFen: 0 },
      { memberNo: 3, relation: 'child', birthOn: '2012-03-21', annualIncomeFen: 0 },
    ],
    rigidExpenses: { medicalFen, educationFen, disabilityFen: 0, housingFen: 0, employmentFen: 0, otherFen: 0 },
    ...(accidentCostFen > 0 ? { accident } : {}),
  };
}

/** By Wuxi's figures of 2023: 1× = 3 942 000 fen for three. Deep fits relative as well; the second fits accidental and relative. */
export const WUXI_DEEP = family({ incomeFen: 6_000_000, medicalFen: 2_500_000 });
export const WUXI_RELATIVE = family({ incomeFen: 9_000_000, medicalFen: 2_000_000 });
export const WUXI_ACCIDENTAL = family({ incomeFen: 9_000_000, medicalFen: 2_000_000 }, 1_000_000);
export const WUXI_NONE = family({ incomeFen: 15_000_000 });
/** By Bozhou's test figures: 1× = 2 520 000 fen for three. Lacks 420 000 fen. */
export const BOZHOU_DEEP = family({ incomeFen: 3_600_000, medicalFen: 1_100_000, educationFen: 400_000 });
export const BOZHOU_ACCIDENTAL = family({ incomeFen: 8_000_000 }, 2_000_000);

export const ALL_MATERIALS: Material[] = MATERIAL_KINDS.map((kind) => ({ kind, coversAllMembers: true }));

export function actor(role: Role, orgId: string): Actor {
  return { user: `${orgId}.${role}`, orgId, roles: [role] };
}

const CASE_ID = 'c0000000-0000-4000-8000-000000000001';

/** What there is to say of an imported file; `on` is the day on which it comes in. */
export type Imported = { on: PlainDate; ownerOrgId?: string; by?: Actor } & Pick<ImportFacts, 'hardshipClass' | 'establishedOn'> & Partial<Pick<ImportFacts, 'monthlyLivingAidFen' | 'bringsAccount'>>;

/** Where a played case stands; each stage follows from the one before. */
export type Stage =
  | 'accepted'
  | 'visited'
  | 'passed'
  | 'noticed'
  | 'compared'
  | 'reviewed'
  | 'noticedTwice'
  | 'proposed'
  | 'approved'
  | 'prepared'
  | 'released'
  | 'notified'
  | 'active';

/**
 * A case played without the engine: every command goes through its real decision, and its facts are folded as a run of
 * the workflow folds them. Records are frozen, so a decision or a fold that changes its input fails.
 */
export class PlayedCase {
  readonly events: CaseEvent[] = [];
  private current: CaseRecord | undefined;
  private commands = 0;

  private constructor(
    readonly place: Place,
    public today: PlainDate,
  ) {}

  static apply(at: Place, household: Household, { on = '2023-11-13', materials = ALL_MATERIALS, hasEmployer = true } = {}): PlayedCase {
    const played = new PlayedCase(at, on);
    const context = played.context(actor('clerk', at.territory.grassrootsOrgId));
    const facts = openCase(
      {
        caseId: CASE_ID,
        number: 'TEST-2023-000001',
        channel: 'selfApplication.offline',
        territory: { ...at.territory, hasEmployer },
        household,
        claimedExpenses: ['medical'],
        materials,
        simulated: true,
      },
      context,
    );
    if (!facts.accepted) throw new Error(`refused: ${facts.refusals[0].code}`);
    for (const fact of facts.value) played.emit(fact, context);
    return played;
  }

  /** A file that existed before, taken over by the county union unless told otherwise. */
  static import(at: Place, household: Household, { on, ownerOrgId = at.territory.countyOrgId, by = actor('handler', ownerOrgId), ...file }: Imported): PlayedCase {
    const played = new PlayedCase(at, on);
    const context = played.context(by);
    const facts = { caseId: CASE_ID, number: 'TEST-2023-000001', territory: at.territory, household, monthlyLivingAidFen: null, ownerOrgId, simulated: true, ...file };
    played.commands += 1;
    for (const fact of valueOf(importFile(frozen(facts), context))) played.emit(fact, context);
    return played;
  }

  get record(): CaseRecord {
    if (!this.current) throw new Error('nothing was played yet');
    return this.current;
  }

  context(by: Actor | null, commandId = `command-${this.commands + 1}`): DecisionContext {
    return { today: this.today, actor: by, commandId, reference: this.place.reference };
  }

  /** The policy in force on the case's day. */
  policy(): Policy {
    return valueOf(policyInForce(this.place.reference, this.today));
  }

  on(date: PlainDate): this {
    this.today = date;
    return this;
  }

  enter(state: CaseState): this {
    if (this.record.state !== state) this.emit({ type: 'phaseEntered', state });
    return this;
  }

  emit({ effectiveOn = this.today, ...fact }: NewFact, by?: DecisionContext): this {
    const event = {
      ...fact,
      seq: (this.current?.version ?? 0) + 1,
      effectiveOn,
      actor: by?.actor?.user ?? null,
      onBehalfOf: by?.actor?.onBehalfOf ?? null,
      commandId: by?.commandId ?? null,
    } as CaseEvent;
    this.events.push(event);
    this.current = frozen(applyEvent(this.current ?? null, frozen(event)));
    return this;
  }

  /** The decision on a command, which changes nothing. */
  decide<Name extends CommandName>(command: Name, facts: CommandFacts[Name], by: Actor | null = this.doer(command)): Decision<NewFact[]> {
    const decide: Decide<CommandFacts[Name]> = decisions[command];
    return decide(this.record, frozen(facts), this.context(by));
  }

  refusals<Name extends CommandName>(command: Name, facts: CommandFacts[Name], by?: Actor | null): Refusal[] {
    return refusalsOf(this.decide(command, facts, by));
  }

  /** Carries out a command that must be accepted. */
  do<Name extends CommandName>(command: Name, facts: CommandFacts[Name], by: Actor | null = this.doer(command)): this {
    const emitted = valueOf(this.decide(command, facts, by));
    const context = this.context(by);
    this.commands += 1;
    for (const fact of emitted) this.emit(fact, context);
    return this;
  }

  /** Lets the period of the open notice run out, a day later, as the workflow's timer does. */
  closeNotice(kind: NoticeKind): this {
    const notice = latestNotice(this.record, kind);
    if (!notice) throw new Error(`no ${kind} notice`);
    this.on(addDays(notice.closesOn, 1));
    const outcome = noticeOutcome(notice, this.today);
    if (!outcome) throw new Error(`the ${kind} notice is still open on ${this.today}`);
    return this.emit({ type: 'noticeClosed', kind, outcome, effectiveOn: noticeClosedOn(notice) });
  }

  /** Plays the next step of the usual course; false once the case has come to the end of it. */
  advance(): boolean {
    const next = this.course().find(({ isReached }) => !isReached(this.record));
    next?.play();
    return next !== undefined;
  }

  /** Plays the usual course from where the case stands until a stage is reached; what was played by hand is not played again. */
  to(stage: Stage): this {
    for (const step of this.course()) {
      if (!step.isReached(this.record)) step.play();
      if (step.stage === stage) return this;
    }
    throw new Error(`${stage} is not on the road of this case`);
  }

  private course(): { stage: Stage; isReached: (record: CaseRecord) => boolean; play: () => unknown }[] {
    const isPosted = (kind: NoticeKind) => (record: CaseRecord) => latestNotice(record, kind)?.outcome === 'noObjection';
    const post = (kind: 'first' | 'second') => this.do('postNotice', this.notice(kind)).closeNotice(kind);
    const compared = {
      stage: 'compared' as const,
      isReached: (record: CaseRecord) => record.comparison !== null || !record.standing?.comparison.required,
      play: () => this.do('recordComparison', { result: 'consistent', extraIncomeFen: 0 }),
    };
    const reviewed = {
      stage: 'reviewed' as const,
      isReached: (record: CaseRecord) => record.upperReviewedOn !== null,
      play: () => this.enter('upperReview').do('decideUpperReview', PASS),
    };
    return [
      {
        stage: 'accepted',
        isReached: (record) => record.acceptedOn !== null,
        play: () => this.do('signAuthorization', { signers: [1, 2], signedOn: this.today }).do('acceptApplication', {}),
      },
      {
        stage: 'visited',
        isReached: (record) => record.visitedOn !== null,
        play: () => this.enter('visit').do('recordVisit', { ...COMPLETE_VISIT, visitedOn: this.today }),
      },
      {
        stage: 'passed',
        isReached: (record) => record.hardshipClass !== null,
        play: () => this.enter('preliminaryReview').do('decidePreliminaryReview', PASS),
      },
      { stage: 'noticed', isReached: isPosted('first'), play: () => (this.enter('notice1'), post('first')) },
      ...(this.place.territory.cityOrgId === 'wx' ? [compared, reviewed] : [reviewed, compared]),
      {
        stage: 'noticedTwice',
        isReached: (record) => record.standing?.noticesRequired === 1 || isPosted('second')(record),
        play: () => (this.enter('notice2'), post('second')),
      },
      {
        stage: 'proposed',
        isReached: (record) => record.aidPlans.some(({ state }) => state === 'proposed' || state === 'approved'),
        play: () => this.enter('planning').do('proposeAidPlan', { items: [{ aidType: 'living', amountFen: 500_000 }] }),
      },
      {
        stage: 'approved',
        isReached: (record) => record.aidPlans.every(({ state }) => state !== 'proposed'),
        play: () => this.enter('collectiveApproval').do('decideCollectively', this.votes('for', 'for', 'for')),
      },
      {
        stage: 'prepared',
        isReached: (record) => record.payments.every(({ state }) => state !== 'planned' && state !== 'returned'),
        play: () => this.enter('disbursement').do('prepareDisbursement', { paymentIds: this.record.payments.map(({ id }) => id), payeeIsApplicant: true }),
      },
      {
        stage: 'released',
        isReached: (record) => record.disbursements.every(({ state }) => state !== 'prepared'),
        play: () => this.do('releaseDisbursement', { disbursementId: this.record.disbursements.at(-1)?.id ?? '' }),
      },
      { stage: 'notified', isReached: (record) => record.payments.every(({ notifiedOn }) => notifiedOn !== null), play: () => this.bankPays() },
      {
        stage: 'active',
        isReached: (record) => record.recheck !== null,
        play: () => this.enter('active').emit(scheduleFrom(this.record, this.policy(), this.record.hardshipFile?.establishedOn ?? this.today)),
      },
    ];
  }

  notice(kind: 'first' | 'second'): CommandFacts['postNotice'] {
    const first = { medium: 'noticeBoard', place: 'employer', byOrgId: this.place.territory.grassrootsOrgId } as const;
    const second = { medium: 'website', place: 'sameLevelMedia', byOrgId: this.reviewer() } as const;
    return { kind, ...(kind === 'first' ? first : second) };
  }

  /** Votes of the reviewing union's members on the newest plan. */
  votes(...kinds: ('for' | 'against' | 'abstain' | 'recused')[]): CommandFacts['decideCollectively'] {
    const votes = kinds.map((vote, index) => ({ user: `${this.reviewer()}.member${index + 1}`, vote, entitled: true }));
    return { planId: this.record.aidPlans.at(-1)?.id ?? '', heldOn: this.today, votes };
  }

  /** The bank pays all that was sent, and the worker is told. */
  bankPays(): this {
    const disbursement = this.record.disbursements.at(-1);
    if (!disbursement) throw new Error('nothing was released');
    for (const paymentId of disbursement.paymentIds) this.emit({ type: 'paymentPaid', disbursementId: disbursement.id, paymentId });
    return this.emit({ type: 'workerNotified', paymentIds: disbursement.paymentIds });
  }

  private reviewer(): string {
    return this.record.hardshipFile?.ownerOrgId ?? this.record.standing?.reviewerOrgId ?? '';
  }

  /** Whose turn a command is in the usual course. */
  private doer(command: CommandName): Actor {
    const { grassrootsOrgId } = this.place.territory;
    switch (command) {
      case 'recordComparison':
      case 'decideUpperReview':
      case 'proposeAidPlan':
      case 'changeAidLevel':
      case 'notifyExit':
      case 'concludeExit':
      case 'dismissRelapse':
      case 'reopenFile':
        return actor('handler', this.reviewer());
      case 'decideCollectively':
        return actor('head', this.reviewer());
      case 'prepareDisbursement':
        return actor('finance', this.reviewer());
      case 'releaseDisbursement':
        return actor('treasurer', this.reviewer());
      default:
        return actor('clerk', grassrootsOrgId);
    }
  }
}

export const PASS: CommandFacts['decideUpperReview'] = { decision: 'pass', hasClassReason: false };

export const COMPLETE_VISIT: Omit<CommandFacts['recordVisit'], 'visitedOn'> = {
  visitors: ['unionCadre', 'volunteer'],
  sections: ['family', 'cause', 'need', 'aidReceived'],
};

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
