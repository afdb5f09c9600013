import { exceptDuties, relationsInPlaceOf } from '../../access/operations';
import { CASE_UNIONS, type CaseUnion } from '../../access/relations';
import type { PlainDate } from '../../domain/calendar-date';
import type { Awaited, Role } from '../../domain/case-facts';
import type { CaseRecord } from '../../domain/case-record';
import type { Actor, DecisionContext, NewFact } from '../../domain/decisions/decide';
import { conflictOf } from '../../domain/duties';
import { whyNotNow } from '../../domain/not-now';
import { refused, type Decision } from '../../domain/refusal';
import { isAtOrAbove } from '../../domain/territory';
import { decisions, type CommandName } from './commands';
import type { CommandMessage } from './messages';

/** A command that a phase accepts, and whose turn it is. Who may act in that union's and that role's place, the access table says. */
export interface Wait {
  command: CommandName;
  /** For commands that come in kinds: only this kind. */
  kind?: string;
  role: Role;
  orgId: string;
  /** Open to everyone, signed in or not. */
  public?: boolean;
  /** Work for the task list, as opposed to something that is only possible. */
  task: boolean;
  dueOn?: PlainDate;
}

/** Judges a command against what is awaited and against its rule. Synchronous and free of effects: it is the Update's validator. */
export function judge(
  record: CaseRecord,
  waits: readonly Wait[],
  command: CommandName,
  message: CommandMessage,
  context: Omit<DecisionContext, 'actor' | 'commandId'>,
): Decision<NewFact[]> {
  if (message.ifVersion !== undefined && message.ifVersion !== record.version) {
    return refused({ code: 'VERSION_CONFLICT', version: record.version });
  }
  const facts = message.facts as { kind?: string; disbursementId?: string };
  // A command may be awaited of more than one union, such as a recheck of the grassroots union and of the file's owner.
  const fitting = waits.filter((candidate) => candidate.command === command && (!candidate.kind || candidate.kind === facts.kind));
  const [first] = fitting;
  if (!first) return refused(whyNotNow(record, command, facts) ?? notAwaited(waits));
  const isAllowed = fitting.some((wait) => wait.public || mayAct(wait, message.actor, record));
  if (!isAllowed) return refused({ code: 'FORBIDDEN', role: first.role, orgId: first.orgId });
  const conflict = message.actor && conflictOf(record, exceptDuties(command), message.actor);
  if (conflict) return refused({ code: 'CONFLICT_OF_INTEREST', rule: 'R-BZ-31', ...conflict });
  const decide = decisions[command] as (typeof decisions)['acceptApplication'];
  return decide(record, facts, { ...context, actor: message.actor, commandId: message.commandId });
}

/** The waits as the record shows them. */
export function awaitedFrom(waits: readonly Wait[], today: PlainDate, record: CaseRecord): Awaited[] {
  return waits.map(({ command, kind, role, orgId, task, dueOn }) => {
    const already = record.awaiting.find((a) => a.command === command && a.kind === kind && a.role === role && a.orgId === orgId && a.task === task);
    const { since, sinceVersion } = already ?? { since: today, sinceVersion: record.version };
    return { command, ...(kind ? { kind } : {}), role, orgId, task, since, sinceVersion, dueOn: dueOn ?? null };
  });
}

function notAwaited(waits: readonly Wait[]) {
  const awaiting = waits.filter((wait) => wait.task).map(({ command, role, orgId }) => ({ command, role, orgId }));
  return { code: 'NOT_AWAITED' as const, awaiting };
}

function mayAct({ command, kind, role, orgId }: Wait, actor: Actor | null, record: CaseRecord): boolean {
  if (!actor) return false;
  const relations = relationsInPlaceOf(command, actor.roles, role, kind);
  // Whose case it is, the record says, in which the API has looked before it sent this: nothing here names a person.
  if (relations.has('own')) return true;
  // A union below is in the case's scope as well, and must not do what is for the one above it.
  return CASE_UNIONS.filter((union) => unionOf(record, union) === orgId).some((union) =>
    actor.orgId === orgId ? relations.has(union) : relations.has(`above.${union}`) && isAtOrAbove(record.territory, actor.orgId, orgId),
  );
}

function unionOf({ territory, standing, hardshipFile }: CaseRecord, union: CaseUnion): string | undefined {
  switch (union) {
    case 'grassroots':
      return territory.grassrootsOrgId;
    case 'reviewer':
      return standing?.reviewerOrgId;
    case 'owner':
      return hardshipFile?.ownerOrgId;
  }
}
