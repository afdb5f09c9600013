import { setTimeout as pause } from 'node:timers/promises';
import type { CaseView } from '../../api/schemas/case';
import { CARD_ALWAYS_RETURNED } from '../../bank-sandbox/test-cards';
import { isEnd } from '../../domain/case-facts';
import type { JsonObject } from '../../rehearse/json';
import { asFile, sampleApplications } from '../stack/sample-application';
import { FrontEnd } from './front-end';
import { isDone, nameOf, type Command, type Entry, type Ledger } from './ledger';
import { mischiefFor } from './mischief';
import { moveHome, nextMove, type Move } from './moves';
import { Random } from './random';
import type { Stage } from './stage';

/** A case that was opened here. */
export interface LivingCase {
  id: string;
  clerk: string;
  isSimulated: boolean;
}

export interface SeatPlan {
  seed: number;
  no: number;
  /** Mean pause between two steps, ms: people think, and the machine has other cases. */
  thinksMs: number;
  isOver: () => boolean;
}

const STARTS_ON = ['2024-01-08', '2024-03-04', '2024-04-24', '2024-08-12', '2024-09-24'];
const STEPS_HOME_MAX = 60;
/** Business clocks are told by the wall clock and an offset that is noted now and then. */
const CLOCK_TOLERANCE_MS = 60_000;

/** One desk at which case after case is worked on, each step as chance has it. */
export class Seat {
  readonly cases: LivingCase[] = [];
  private readonly random: Random;
  private readonly frontEnd: FrontEnd;
  private readonly sample: ReturnType<typeof sampleApplications>;
  private readonly latest = new Map<string, number>();
  private sent = 0;

  constructor(
    stage: Stage,
    private readonly ledger: Ledger,
    private readonly plan: SeatPlan,
  ) {
    const { seed, no } = plan;
    this.random = Random.of(seed, `seat ${no}`);
    // A stream of its own: how often something must be repeated does not change what is done next.
    this.frontEnd = new FrontEnd(stage, ledger, Random.of(seed, `front end ${no}`));
    this.sample = sampleApplications(no);
  }

  /** Opens cases and works on them until the time is over. */
  async work(): Promise<void> {
    while (!this.plan.isOver()) {
      const opened = await this.openCase();
      if (opened) await this.liveWith(opened);
    }
  }

  /** Walks every case of this desk to its end, by the shortest way. */
  async walkHome(): Promise<void> {
    for (const one of this.cases) {
      const isAtHome = await this.oneHome(one);
      if (!isAtHome) this.ledger.fault(`case ${one.id} cannot be walked to its end; it is ${await this.whereIs(one)}`);
    }
  }

  private async liveWith(one: LivingCase): Promise<void> {
    while (!this.plan.isOver()) {
      await pause(2 * this.plan.thinksMs * this.random.next());
      const view = await this.look(one);
      if (isEnd(view.state)) return this.afterTheEnd(one, view);
      if (this.random.chance(0.12)) await this.makeTrouble(one, view);
      else await this.carryOut(one, view, nextMove(view, this.random, one.isSimulated));
    }
  }

  /** What has ended stays so; and whoever falls back after the file has left is a new case. */
  private async afterTheEnd(one: LivingCase, view: CaseView): Promise<void> {
    await this.mustBeRefused(one, view);
    if (view.state !== 'closed' || !one.isSimulated || !this.random.chance(0.5)) return;
    const startsAt = view.now > '2025-09' ? undefined : view.now;
    if (startsAt === undefined) return;
    const input = { cause: 'majorIllness', about: '再次患病', simulation: { startsAt } };
    const { told } = await this.send({ operation: 'reportRelapse', as: one.clerk, caseId: one.id, input });
    if (typeof told?.id !== 'string' || told.status !== 201) return;
    const next = { id: told.id, clerk: one.clerk, isSimulated: true };
    this.cases.push(next);
    await this.liveWith(next);
  }

  private async makeTrouble(one: LivingCase, view: CaseView): Promise<void> {
    const earlier = this.ledger.entries.filter(({ command, told }) => told && command.caseId === one.id);
    if (earlier.length === 0 || this.random.chance(0.6)) return this.mustBeRefused(one, view);
    const entry = this.random.pick(earlier);
    await this.frontEnd.repeat(entry);
    // The key of a command that was carried out, with other words: not the same command.
    const other = { ...entry.command, input: { ...entry.command.input, reason: '其他', about: '其他', finding: '其他', opinion: '其他' } };
    if (!isDone(entry.told) || !('reason' in entry.command.input || 'opinion' in entry.command.input)) return;
    const told = await this.frontEnd.ask(other);
    if (told.code !== 'IDEMPOTENCY_KEY_REUSED') this.ledger.fault(`${nameOf(other)} came with other words under a used key and was answered ${JSON.stringify(told)}`);
  }

  private async mustBeRefused(one: LivingCase, view: CaseView): Promise<void> {
    const mischief = mischiefFor(view, this.random);
    const entry = await this.send({ ...mischief, caseId: one.id });
    if (isDone(entry.told)) this.ledger.fault(`${nameOf(entry.command)} had to be refused in ${view.state} at version ${view.version} and was carried out`);
  }

  private async carryOut(one: LivingCase, view: CaseView, move: Move | undefined): Promise<void> {
    if (!move) return;
    if ('advanceTo' in move) {
      if (one.isSimulated) await this.frontEnd.advance(one.id, one.clerk, move.advanceTo);
      return;
    }
    // Who objects without signing in has seen no version.
    const sees = this.random.chance(0.3) && move.as !== null ? { ifVersion: view.version } : {};
    const step = { ...move, ...sees, caseId: one.id };
    if (this.random.chance(0.06)) {
      // Two people at once, each with a request of their own.
      await Promise.all([this.send(step), this.send({ ...step })]);
    } else await this.send(step);
  }

  private async oneHome(one: LivingCase): Promise<boolean> {
    for (let steps = 0; steps < STEPS_HOME_MAX; steps++) {
      const view = await this.look(one);
      if (isEnd(view.state)) return true;
      const move = moveHome(view, this.random, one.isSimulated);
      if (!move) await pause(500); // the bank's turn; how often that may be is limited
      else if ('advanceTo' in move) await this.frontEnd.advance(one.id, one.clerk, move.advanceTo);
      else await this.send({ ...move, caseId: one.id });
    }
    return false;
  }

  private async openCase(): Promise<LivingCase | undefined> {
    const place = this.random.pick(['wuxi', 'bozhou'] as const);
    const isFile = this.random.chance(0.4);
    const isSimulated = !isFile || this.random.chance(0.7);
    const startsOn = this.random.pick(STARTS_ON);
    const sample = this.sample({ place, ...(isSimulated ? { startsAt: `${startsOn}T09:00:00+08:00` } : {}) });
    if (this.random.chance(0.2)) sample.body.bankAccount = { ...(sample.body.bankAccount as JsonObject), cardNumber: CARD_ALWAYS_RETURNED };
    const file = asFile(sample, isSimulated ? startsOn : '2026-01-05');
    const opening = isFile ? { operation: 'importFile', as: file.handler, input: file.body } : { operation: 'submitApplication', as: sample.clerk, input: sample.body };
    const { told } = await this.send(opening);
    if (typeof told?.id !== 'string') {
      this.ledger.fault(`${opening.operation} of a household that nobody knows was answered ${JSON.stringify(told)}`);
      return undefined;
    }
    const one = { id: told.id, clerk: sample.clerk, isSimulated };
    this.cases.push(one);
    if (this.random.chance(0.1)) {
      const again = await this.send(opening);
      if (again.told?.code !== 'HOUSEHOLD_ALREADY_FILED') this.ledger.fault(`a second case of the household of case ${one.id} was answered ${JSON.stringify(again.told)}`);
    }
    return one;
  }

  /** Reads a case. Its clock never goes back. */
  private async look(one: LivingCase): Promise<CaseView> {
    const view = await this.frontEnd.read(one.id, one.clerk);
    const nowMs = Date.parse(view.now);
    const before = this.latest.get(one.id) ?? nowMs;
    if (nowMs < before - CLOCK_TOLERANCE_MS) this.ledger.fault(`the clock of case ${one.id} went back from ${new Date(before).toISOString()} to ${view.now} (version ${view.version}, ${view.state})`);
    this.latest.set(one.id, Math.max(before, nowMs));
    return view;
  }

  private async whereIs(one: LivingCase): Promise<string> {
    const { state, version, awaiting } = await this.look(one);
    return `in ${state} at version ${version}, awaiting ${awaiting.map(({ command, orgId, role }) => `${command} of ${orgId}.${role}`).join(', ') || 'nobody'}`;
  }

  /** Sends a command under a key that tells the desk and the turn; sometimes from two windows at once. */
  private send(command: Omit<Command, 'key'>): Promise<Entry> {
    const keyed = { ...command, key: `chaos-${this.plan.seed}-${this.plan.no}-${++this.sent}` };
    return this.random.chance(0.08) ? this.frontEnd.sendTwice(keyed) : this.frontEnd.send(keyed);
  }
}
