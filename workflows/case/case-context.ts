import { allHandlersFinished, condition, defineUpdate, makeContinueAsNewFunc, proxyLocalActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { CaseActivities } from '../../activities/record.activities';
import { applyEvent, type CaseRecord } from '../../domain/case-record';
import type { CaseEvent, CaseFactType } from '../../domain/case-events';
import { isEnd, type CaseState } from '../../domain/case-facts';
import type { Actor, NewFact } from '../../domain/decisions/decide';
import { formatInstant, type PlainDate } from '../../domain/calendar-date';
import { policyInForce } from '../../domain/reference';
import type { Policy } from '../../domain/policy';
import type { Standing } from '../../domain/standing';
import type { Decision } from '../../domain/refusal';
import { CaseClock } from './case-clock';
import { COMMAND_NAMES, type CommandName } from './commands';
import { departureAfter, type Departure } from './departure';
import { OperatorView } from './operator-view';
import {
  turnPageUpdate,
  untilQuietUpdate,
  type CaseEnd,
  type CaseStart,
  type CommandMessage,
  type CommandReply,
  type PageReply,
  type PageRequest,
  type QuietReply,
  type QuietRequest,
} from './messages';
import { caseReloaded, refusalFailure } from './refusal-failure';
import { inTheSameTask } from './same-task';
import { awaitedFrom, judge, type Wait } from './wait';

/** Retried until the database is back: a step that was taken must reach the record, and the caller may ask again. */
const { recordStep, readRecord } = proxyLocalActivities<CaseActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '100ms', maximumInterval: '10s', backoffCoefficient: 2 },
  localRetryThreshold: '1 minute',
});

/** A run ends at the next wait once its history is this long, well below the budget of 500 events. */
const EVENTS_PER_RUN = 350;

/** Commands remembered for recognising a repeated one; a caller who retries later than that is answered from the command table. */
const REMEMBERED_COMMANDS = 100;

interface Taken {
  commandId: string;
  actor: Actor | null;
  facts: NewFact[];
}

/** What ends a wait besides a command. */
export interface Timing {
  /** Business instant (epoch ms) at which the case acts by itself. */
  deadlineMs?: number;
  /** Something that the engine does meanwhile has come to its end. */
  wake?: () => boolean;
}

/**
 * A case inside one workflow run: its record, its clock, and the vocabulary of the phases: enter a box, emit what
 * happened, wait for a person's decision or a date.
 *
 * What happens between two waits is one step. It is written in one transaction when the case waits again, and only
 * then is its command answered, so an answer always shows what is awaited next.
 */
export class Case {
  private step: CaseEvent[] = [];
  private waits: readonly Wait[] | undefined;
  private timing: Timing = {};
  private taken: Taken | undefined;
  /** The version right after the step of each command of this run: the next step may be taken before its answer goes out. */
  private readonly versionAfter = new Map<string, number>();
  /** The record was found ahead of this run: nothing is taken any more, and the next run goes on from the record. */
  private isBehind = false;
  /** This run ends: what waits for its turn is to be sent again. */
  private isTurning = false;
  /** Somebody wants the next run to begin: newer code is there. */
  private isPageToBeTurned = false;
  private lastFact: CaseFactType = 'phaseEntered';
  private resumesAt: CaseState | undefined;
  private current: CaseRecord | undefined;
  private view = new OperatorView(undefined);

  private constructor(
    private readonly clock: CaseClock,
    private readonly start: CaseStart,
    private reference: CaseStart['reference'],
    private appliedCommands: string[],
  ) {}

  /** Takes up a case: opens it in its first run, goes on from its record in later ones. Registers every Update before the first await. */
  static async resume(start: CaseStart): Promise<Case> {
    const c = new Case(CaseClock.start(start.startsAtMs), start, start.reference, start.appliedCommands);
    c.current = start.record;
    for (const name of COMMAND_NAMES) c.accept(name);
    setHandler(defineUpdate<QuietReply, [QuietRequest?]>(untilQuietUpdate), (request) => c.untilQuiet(request));
    setHandler(defineUpdate<PageReply, [PageRequest?]>(turnPageUpdate), (request) => c.turnPage(request));
    if (start.record) {
      if (start.recordOf === codeVersion()) c.view = new OperatorView(start.record);
      else await c.foldRecord();
      c.resumesAt = c.record.state;
    }
    if (start.opening) {
      c.taken = { commandId: start.opening.commandId, actor: start.opening.actor, facts: start.opening.facts };
      c.carryOut();
    }
    return c;
  }

  /** Has the record made anew of the events, and shows all of it: what newer code wants to find or show, older code did not know. */
  private async foldRecord(): Promise<void> {
    const { record, commandIds } = await readRecord(this.start.caseId);
    this.current = record;
    this.appliedCommands = commandIds.slice(-REMEMBERED_COMMANDS);
    this.view.update(record);
  }

  /** The case as its events make it, those of the step in the making included. */
  get record(): CaseRecord {
    if (!this.current) throw new Error('a case has no record before it is opened');
    return this.current;
  }

  /** The case's present as an instant, epoch ms. */
  now(): number {
    return this.clock.now();
  }

  today(): PlainDate {
    return this.clock.today();
  }

  /** What follows from the class, from the preliminary review on. */
  standing(): Standing {
    if (!this.record.standing) throw new Error(`case ${this.record.caseId} is past its review without a class`);
    return this.record.standing;
  }

  /** The policy in force today. */
  policy(): Policy {
    const policy = policyInForce(this.reference, this.today());
    if (!policy.accepted) throw new Error(`case ${this.record.caseId} has no policy in force on ${this.today()}`);
    return policy.value;
  }

  /**
   * Whether the case is at this box. A new run passes over the boxes that lie behind; entering a box anew is recorded.
   */
  enter(state: CaseState): boolean {
    if (this.resumesAt) {
      if (this.resumesAt !== state) return false;
      this.resumesAt = undefined;
      return true;
    }
    if (this.record.state !== state) this.emit({ type: 'phaseEntered', state });
    return true;
  }

  /** Adds something that happened to the step in the making. */
  emit(fact: NewFact, by?: { actor: Actor | null; commandId: string }): void {
    const { effectiveOn = this.today(), ...what } = fact;
    const event = {
      ...what,
      seq: (this.current?.version ?? 0) + 1,
      effectiveOn,
      actor: by?.actor?.user ?? null,
      onBehalfOf: by?.actor?.onBehalfOf ?? null,
      commandId: by?.commandId ?? null,
    } as CaseEvent;
    this.current = applyEvent(this.current ?? null, event);
    this.step.push(event);
    this.lastFact = event.type;
  }

  /**
   * Waits for decisions of people, or a date, until `isDone`; what is awaited is asked anew before every wait.
   *
   * @returns how the case left the road, or undefined when `isDone` holds
   */
  async until(isDone: () => boolean, waits: () => Wait[], timing: () => Timing = () => ({})): Promise<Departure | undefined> {
    while (!isDone()) {
      await this.wait(waits(), timing());
      const left = departureAfter(this.record, this.lastFact);
      if (left) return left;
    }
    return undefined;
  }

  hasEnded(): boolean {
    return isEnd(this.record.state);
  }

  /** Whether the case began with a file that existed before; there is no application then. */
  wasImported(): boolean {
    return this.record.channel === null;
  }

  /** Writes the last step, answers its command and lets every handler finish, so that nobody is left without an answer. */
  async end(): Promise<CaseEnd> {
    await this.settle([]);
    this.waits = [];
    this.timing = {}; // nothing is due any more: whoever asks for quiet would wait for ever, and this for them
    await condition(allHandlersFinished);
    return this.record.state;
  }

  /** One wait, to be left by a command, the deadline, or the engine's own work. */
  async wait(waits: readonly Wait[], timing: Timing): Promise<void> {
    await this.settle(waits);
    this.timing = timing;
    this.waits = waits;
    const deadline = timing.deadlineMs;
    const isOver = () => this.isBehind || this.taken !== undefined || (timing.wake?.() ?? false) || (deadline !== undefined && this.clock.now() >= deadline);
    // Whoever waits is sent to the next run: a crowd of commands must not carry this one past its budget.
    if (this.isPageFull()) {
      this.isTurning = true;
      await condition(allHandlersFinished);
      await this.goOn(this.record, this.appliedCommands);
    }
    const isLeft = () => isOver() || this.mayTurnPage();
    if (deadline === undefined) await condition(isLeft);
    else await condition(isLeft, Math.max(1, deadline - this.clock.now()), { summary: `${this.record.state} until ${formatInstant(deadline)}` });
    if (this.isBehind) await this.catchUp();
    if (!isOver() && this.mayTurnPage()) await this.goOn(this.record, this.appliedCommands);
    this.waits = undefined; // in motion: until the next wait, a command is neither accepted nor refused
    this.carryOut();
  }

  /** Writes the step in the making together with what is awaited now. */
  private async settle(waits: readonly Wait[]): Promise<void> {
    const last = this.step.at(-1);
    if (!last) return;
    last.awaiting = awaitedFrom(waits, this.today(), this.record);
    this.current = { ...this.record, awaiting: last.awaiting };
    const step = { caseId: this.start.caseId, events: this.step, nowMs: this.clock.now(), referenceDigest: this.reference.digest };
    const outcome = await inTheSameTask(() => recordStep(step));
    if (!outcome.written) await this.catchUp();
    const commandIds = [...new Set(this.step.flatMap((event) => event.commandId ?? []))];
    for (const commandId of commandIds) this.versionAfter.set(commandId, this.record.version);
    this.appliedCommands = [...this.appliedCommands, ...commandIds].slice(-REMEMBERED_COMMANDS);
    this.step = [];
    this.view.update(this.record);
  }

  private carryOut(): void {
    const taken = this.taken;
    if (!taken) return;
    for (const fact of taken.facts) this.emit(fact, taken);
    this.taken = undefined;
  }

  private accept(name: CommandName): void {
    const validator = (message: CommandMessage): void => {
      // Between a command and the next wait nothing is awaited for a moment; who comes then is judged by the handler, against the new state.
      const isBehind = (message.recordVersion ?? 0) > this.record.version;
      if (this.isSettled() && !isBehind && !this.isApplied(message.commandId)) this.mustAccept(name, message);
    };
    setHandler(defineUpdate<CommandReply, [CommandMessage]>(name), (message: CommandMessage) => this.take(name, message), { validator });
  }

  private async take(name: CommandName, message: CommandMessage): Promise<CommandReply> {
    const { commandId, recordVersion = 0 } = message;
    const mayGoOn = () => this.isBehind || this.isTurning || this.isSettled() || this.isApplied(commandId);
    // Asked again after every await: of two commands in one task both would otherwise find the case settled, and one would be lost.
    while (!mayGoOn()) await condition(mayGoOn);
    if (!this.isApplied(commandId)) {
      if (recordVersion > this.record.version) this.isBehind = true;
      if (this.isBehind || this.isTurning) throw caseReloaded();
      const facts = this.mustAccept(name, message);
      // No await between the judgement and the taking: two commands at once, and the second finds the case in motion.
      this.reference = message.reference ?? this.reference;
      this.taken = { commandId, actor: message.actor, facts };
      await condition(() => this.isBehind || this.isApplied(commandId));
      if (!this.isApplied(commandId)) throw caseReloaded();
    }
    return { version: this.versionAfter.get(commandId) ?? null };
  }

  /** Whether the case waits, and no command has been taken. */
  private isSettled(): boolean {
    return this.waits !== undefined && this.taken === undefined;
  }

  private isApplied(commandId: string): boolean {
    return this.appliedCommands.includes(commandId);
  }

  /**
   * Goes on from the record in a new run. The engine died between a step's entry in the record and its own, and has
   * forgotten the command; whoever sent one meanwhile is asked to send it again.
   */
  private async catchUp(): Promise<never> {
    this.isBehind = true;
    const { record, commandIds } = await readRecord(this.start.caseId);
    await condition(allHandlersFinished);
    return this.goOn(record, commandIds.slice(-REMEMBERED_COMMANDS));
  }

  private mustAccept(name: CommandName, message: CommandMessage): NewFact[] {
    const decision = this.judge(name, message);
    if (!decision.accepted) throw refusalFailure(decision.refusals);
    return decision.value;
  }

  private judge(name: CommandName, message: CommandMessage): Decision<NewFact[]> {
    const reference = message.reference ?? this.reference;
    return judge(this.record, this.waits ?? [], name, message, { today: this.today(), reference });
  }

  /** Answers when nothing is in motion, due, or on its way; `soon`: when no command is in motion, whatever else the case waits for. */
  private async untilQuiet({ recordVersion = 0, soon = false }: QuietRequest = {}): Promise<QuietReply> {
    const mayAnswer = () => this.isBehind || this.isTurning || (soon ? this.isSettled() : this.isQuiet());
    while (!mayAnswer()) await condition(mayAnswer);
    if (recordVersion > this.record.version) this.isBehind = true;
    if (this.isBehind || this.isTurning) throw caseReloaded();
    const { version, state } = this.record;
    return { version, state, nowMs: this.clock.now(), nextDueMs: this.timing.deadlineMs ?? null };
  }

  private isQuiet(): boolean {
    const { deadlineMs, wake } = this.timing;
    if (!this.isSettled()) return false;
    return (deadlineMs === undefined || this.clock.now() < deadlineMs) && !wake;
  }

  /** The run goes on until nobody waits for an answer: a command that came before this or comes meanwhile is carried out in it. */
  private turnPage({ buildId, reference }: PageRequest = {}): PageReply {
    if (buildId !== undefined && buildId === codeVersion()) return { turned: false };
    this.reference = reference ?? this.reference;
    this.isPageToBeTurned = true;
    return { turned: true };
  }

  private mayTurnPage(): boolean {
    return this.isPageToBeTurned && allHandlersFinished();
  }

  private isPageFull(): boolean {
    const info = workflowInfo();
    return this.isPageToBeTurned || info.historyLength >= EVENTS_PER_RUN || info.continueAsNewSuggested;
  }

  private goOn(record: CaseRecord, appliedCommands: string[]): Promise<never> {
    const { caseId } = this.start;
    // A simulated clock is set anew: the engine's own, on which it rests, need not go on from where it was skipped to.
    const startsAtMs = record.simulated ? this.clock.now() : undefined;
    // A case stays with the code its run began with; where a run ends nothing of it is replayed any more, and newer code may go on.
    const nextRun = makeContinueAsNewFunc<(start: CaseStart) => Promise<CaseEnd>>({ initialVersioningBehavior: 'AUTO_UPGRADE' });
    return nextRun({ caseId, reference: this.reference, startsAtMs, record, recordOf: codeVersion(), appliedCommands });
  }
}

/** The version of the code that this task is carried out with, in a replay the one that did it then; undefined for a worker without versions. */
function codeVersion(): string | undefined {
  const version = workflowInfo().currentDeploymentVersion;
  return version?.deploymentName ? version.buildId : undefined; // a worker without versions has a build id of its own making
}
