import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { needsSignIn } from '../access/operations';
import type { CaseRecord } from '../domain/case-record';
import type { Actor } from '../domain/decisions/decide';
import { isEnd } from '../domain/case-facts';
import { whyNotNow } from '../domain/not-now';
import type { CommandFacts, CommandName } from '../workflows/case/commands';
import type { CommandMessage } from '../workflows/case/messages';
import { bodyDigest, findCommand, markRefused, openCommand, type CommandRow } from '../store/command.store';
import { findAnyCase, type StoredCase } from '../store/case.store';
import type { RecordKeys } from '../store/record-keys';
import { findHolderOfTask } from '../store/task.store';
import type { User } from '../store/user.store';
import { isUuid } from './case-id';
import type { CaseReader } from './case-reader';
import type { Confirmations } from './confirmations';
import { EngineAway, type CaseEngine, type CommandOutcome } from './engine';
import { HttpProblem, notFound, RefusedByRule } from './problem';
import type { ReferenceTables } from './reference-tables';

/** How often a command is sent to a case that goes on in a new run each time. */
const ATTEMPTS_MAX = 6;
const NEXT_RUN_WITHIN_MS = 50;

/** A command as it came in over HTTP. */
export interface IncomingCommand<Name extends CommandName> {
  command: Name;
  caseId: string;
  /** Null where nobody is signed in. */
  user: User | null;
  /** What the caller sent, as it is kept: path parameters and body. */
  body: Record<string, unknown>;
  /** The coded facts, made from the body and what the record knows; asked for only when the command is carried out. */
  facts: (record: CaseRecord) => Promise<CommandFacts[Name]> | CommandFacts[Name];
  idempotencyKey?: string;
  ifVersion?: number;
  /** Whether the command means something for a file that has left, too: then it is not refused for that, see {@link CaseHasLeft}. */
  outlivesCase?: boolean;
}

/** The case was closed before the command reached it. The command stays open under its key, for whoever carries it out otherwise. */
export class CaseHasLeft extends Error {
  override readonly name = 'CaseHasLeft';
}

/** What a carried-out command left: the case's version right after it, and the command's own id. */
export interface CarriedOut {
  version: number;
  commandId: string;
  /** It had been carried out before and is only answered once more. */
  isRepeat: boolean;
}

/**
 * The way of a command (architecture §4): scope, the command's row, the case's judgement, the record, the answer.
 *
 * A retry under the same key gets the first answer; the same key with another body is refused.
 */
export class CaseCommands {
  /** @param pool as the service itself: commands are written down before anybody knows whether their case is the caller's */
  constructor(
    private readonly pool: Pool,
    private readonly keys: RecordKeys,
    private readonly reader: CaseReader,
    private readonly engine: CaseEngine,
    private readonly tables: ReferenceTables,
    private readonly confirmations: Confirmations,
  ) {}

  /**
   * Carries out one command on one case.
   *
   * @throws RefusedByRule when a rule or the state of the case says no
   * @throws CaseHasLeft instead of NOT_AWAITED, for a command that outlives its case
   * @throws HttpProblem NOT_FOUND outside the caller's scope, IDEMPOTENCY_KEY_REUSED, TASK_HELD, ENGINE_UNAVAILABLE
   */
  async carryOut<Name extends CommandName>(incoming: IncomingCommand<Name>): Promise<CarriedOut> {
    const { caseId } = incoming;
    const stored = await this.find(incoming);
    const row = await this.writeDown(incoming, stored);
    if (row.caseId !== caseId) throw new CaseHasLeft('the command has opened another case'); // sent twice at once, and the other one was faster
    if (row.state === 'accepted' && row.resultVersion !== null) return { version: row.resultVersion, commandId: row.id, isRepeat: true };
    if (row.state === 'refused' && row.refusals) throw new RefusedByRule(row.refusals);
    return this.send(incoming, stored, row);
  }

  private async send<Name extends CommandName>(incoming: IncomingCommand<Name>, { record, referenceDigest }: StoredCase, row: CommandRow): Promise<CarriedOut> {
    const { command, caseId, user, ifVersion } = incoming;
    const reference = this.tables.forTerritory(record.territory);
    const facts = await this.factsOf(incoming, record, row);
    await this.mustNotBeHeld(caseId, command, facts, user);
    const outcome = await this.judge(caseId, command, {
      commandId: row.id,
      actor: user && actorOf(user),
      facts,
      ifVersion,
      recordVersion: record.version,
      ...(reference.digest === referenceDigest ? {} : { reference }),
    });
    if (outcome !== 'ended' && 'accepted' in outcome) {
      this.confirmations.add(row.id);
      const version = outcome.accepted.version ?? (await this.versionAfter(row.id));
      return { version, commandId: row.id, isRepeat: false };
    }
    const refusals = outcome === 'ended' ? ([whyNotNow(record, command, facts as { disbursementId?: string }) ?? { code: 'NOT_AWAITED', awaiting: [] }] as const) : outcome.refused;
    if (incoming.outlivesCase && refusals[0].code === 'NOT_AWAITED' && (await this.hasLeft(caseId))) throw new CaseHasLeft('the case was closed in the meantime');
    await markRefused(this.pool, row.id, refusals);
    throw new RefusedByRule([...refusals]);
  }

  /** Sends the command until a run of the case has judged it. @throws EngineAway */
  private async judge(caseId: string, command: CommandName, message: CommandMessage): Promise<Exclude<CommandOutcome, 'again'>> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const outcome = await this.engine.send(caseId, command, message, attempt);
      const isGone = outcome === 'ended' && !(await this.hasEnded(caseId)); // one run was stopped for the next, which may not be there yet
      if (outcome !== 'again' && !isGone) return outcome;
      await pause(NEXT_RUN_WITHIN_MS * (attempt + 1)); // the next run is started by then, or after the next pause
    }
    throw new EngineAway('the next run of the case did not come in time');
  }

  /** As the record says: a case that went on in a new run knows that the command was carried out, and not when. */
  private async versionAfter(commandId: string): Promise<number> {
    const row = await findCommand(this.pool, commandId);
    if (typeof row?.resultVersion !== 'number') throw new Error(`command ${commandId} was carried out and is not accepted in the record`);
    return row.resultVersion;
  }

  private async hasEnded(caseId: string): Promise<boolean> {
    const stored = await findAnyCase(this.pool, caseId);
    return stored === undefined || isEnd(stored.record.state);
  }

  private async hasLeft(caseId: string): Promise<boolean> {
    return (await findAnyCase(this.pool, caseId))?.record.state === 'closed';
  }

  /** What the record says against a command, such as a person who is in another case, is kept like any other refusal. */
  private async factsOf<Name extends CommandName>(incoming: IncomingCommand<Name>, record: CaseRecord, row: CommandRow): Promise<CommandFacts[Name]> {
    try {
      return await incoming.facts(record);
    } catch (error) {
      if (error instanceof RefusedByRule) await markRefused(this.pool, row.id, error.refusals);
      throw error;
    }
  }

  private async writeDown(incoming: IncomingCommand<CommandName>, { personal }: StoredCase): Promise<CommandRow> {
    const { command, caseId, user, body, idempotencyKey } = incoming;
    const digest = bodyDigest(this.keys.index, command, caseId, body);
    const seal = await this.keys.cases.sealOf(caseId, personal?.key);
    const { row } = await openCommand(this.pool, seal, {
      id: randomUUID(),
      caseId,
      operation: command,
      actor: user?.id ?? null,
      body,
      bodyDigest: digest,
      idempotencyKey: idempotencyKey ?? randomUUID(),
    });
    if (row.bodyDigest !== digest) throw keyReused();
    return row;
  }

  /** The case in the caller's scope; what is open to everyone reaches any case, from inside and outside of its unions alike. */
  private async find({ command, caseId, user }: IncomingCommand<CommandName>): Promise<StoredCase> {
    const isOpenToAll = !needsSignIn(command);
    const stored = isOpenToAll && isUuid(caseId) ? await findAnyCase(this.pool, caseId) : undefined;
    if (stored) return stored;
    if (isOpenToAll || !user) throw notFound();
    // Whoever may read a case is told whose turn it is; for everybody else it does not exist.
    return this.reader.get(caseId, user);
  }

  /** Of one command there may be several tasks, such as the two verifications of an exit: only the caller's own kind and role is looked at. */
  private async mustNotBeHeld(caseId: string, command: string, facts: object, user: User | null): Promise<void> {
    if (!user) return;
    const { kind } = facts as { kind?: string };
    const holder = await findHolderOfTask(this.pool, { caseId, command, kind, roles: user.roles });
    if (!holder || holder === user.id || holder === user.onBehalfOf) return;
    throw new HttpProblem(
      409,
      'TASK_HELD',
      {
        zh: { title: '任务已由他人领取', detail: `${holder} 正在办理，请由其办理、退回或由部门负责人改派。` },
        en: { title: 'Somebody else holds the task', detail: `${holder} is at it; they may do it, give it back, or the head may reassign it.` },
      },
      { heldBy: holder },
    );
  }
}

export function actorOf(user: User): Actor {
  return { user: user.id, orgId: user.orgId, roles: user.roles, ...(user.onBehalfOf === undefined ? {} : { onBehalfOf: user.onBehalfOf }) };
}

export const keyReused = () =>
  new HttpProblem(422, 'IDEMPOTENCY_KEY_REUSED', {
    zh: { title: 'Idempotency-Key 已用于另一请求', detail: '请为不同的请求使用不同的 Idempotency-Key。' },
    en: { title: 'Idempotency-Key already used', detail: 'The key came with another request before. Use a new key for a new request.' },
  });
