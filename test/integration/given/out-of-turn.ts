import type { CaseView } from '../../../api/schemas/case';
import { EXIT_CONFIRMERS, EXIT_VERIFIERS, NOTICE_KINDS } from '../../../domain/case-facts';
import { COMMAND_NAMES, type CommandName } from '../../../workflows/case/commands';
import { expectProblem } from './problem';
import type { Json } from './service-client';
import type { UsualCommand, WalkedCase } from './walked-case';

/** Who sends a command when nobody waits for it: a person of the case's unions who has its role. */
function senderOf(command: CommandName, { grassrootsOrgId }: CaseView, kind: string): string {
  const county = grassrootsOrgId.replace(/-e1$/, '');
  switch (command) {
    case 'decideCollectively':
      return `${county}.head`;
    case 'prepareDisbursement':
      return `${county}.finance`;
    case 'releaseDisbursement':
      return `${county}.treasurer`;
    case 'recordComparison':
    case 'decideUpperReview':
    case 'proposeAidPlan':
    case 'changeAidLevel':
    case 'notifyExit':
    case 'concludeExit':
    case 'dismissRelapse':
    case 'reopenFile':
      return `${county}.handler`;
    case 'verifyExit':
      return kind === 'reviewingUnion' ? `${county}.handler` : `${grassrootsOrgId}.clerk`;
    case 'postNotice':
    case 'resolveObjection':
      return kind === 'first' ? `${grassrootsOrgId}.clerk` : `${county}.handler`;
    default:
      return `${grassrootsOrgId}.clerk`;
  }
}

/** A body that is right by itself, so that the case and nothing else refuses it. */
function bodyOf(command: CommandName, walked: WalkedCase, kind: string): Json {
  switch (command) {
    case 'raiseObjection':
      return { kind, about: '情况不实' };
    case 'resolveObjection':
      return { kind, objectionId: '3f1c4b1e-0000-4000-8000-000000000000', outcome: 'dismissed', finding: '查无实据' };
    case 'releaseDisbursement':
      return { disbursementId: walked.view.disbursements[0]?.id ?? '' };
    case 'postNotice':
      return { kind, medium: 'noticeBoard', place: kind === 'second' ? 'sameLevelMedia' : 'employer' };
    case 'prepareDisbursement':
      return { paymentIds: walked.view.payments.map(({ id }) => id) };
    case 'confirmExit':
      return { by: kind };
    case 'verifyExit':
      return { by: kind, finding: '核实无误' };
    default:
      return walked.usual(command satisfies UsualCommand);
  }
}

/** Commands that exist in kinds, with their kinds. */
const KINDS: Partial<Record<CommandName, readonly string[]>> = {
  postNotice: NOTICE_KINDS,
  raiseObjection: NOTICE_KINDS,
  resolveObjection: NOTICE_KINDS,
  confirmExit: EXIT_CONFIRMERS,
  verifyExit: EXIT_VERIFIERS,
};

/** Commands of all kinds, those that exist in kinds once for each. */
export const ATTEMPTS = COMMAND_NAMES.flatMap((command) => (KINDS[command] ?? ['first']).map((kind) => ({ command, kind })));

/** The codes by which a rule that knows more speaks instead of NOT_AWAITED. */
const SPOKEN_FOR: Partial<Record<CommandName, string[]>> = {
  prepareDisbursement: ['NO_FILE_NO_PAYMENT'],
  releaseDisbursement: ['DISBURSEMENT_ALREADY_RELEASED'],
  notifyExit: ['EXIT_REFUSED_WITH_VALID_REASON'],
  concludeExit: ['EXIT_REFUSED_WITH_VALID_REASON'],
};

/** Tries every command that the case does not wait for, and expects it refused, with nothing written. @returns how many there were */
export async function triesWhatIsNotAwaited(walked: WalkedCase): Promise<number> {
  const before = await walked.look();
  const eventsBefore = await eventsOf(walked);
  const awaited = [...before.awaiting, ...before.possible];
  const outOfTurn = ATTEMPTS.filter(({ command, kind }) => !awaited.some((a) => a.command === command && (a.kind === null || a.kind === kind)));

  // All at once: what is refused leaves the case as it is for the next.
  await Promise.all(outOfTurn.map((attempt) => expectNotAwaited(walked, before, attempt)));

  expect({ ...(await walked.look()), now: before.now }).toEqual(before);
  expect(await eventsOf(walked)).toEqual(eventsBefore);
  return outOfTurn.length;
}

async function expectNotAwaited(walked: WalkedCase, before: CaseView, { command, kind }: { command: CommandName; kind: string }): Promise<void> {
  // A disbursement that does not exist yet cannot be named: it is unknown (404), as other tests say.
  if (command === 'releaseDisbursement' && before.disbursements.length === 0) return;
  // A relapse of a household whose file has left opens a case of its own: returns.* says how.
  if (command === 'reportRelapse' && before.state === 'closed') return;
  const reply = await walked.send<unknown>(command, senderOf(command, before, kind), bodyOf(command, walked, kind));
  const { code } = reply.body as { code: string };
  const told = SPOKEN_FOR[command]?.includes(code) ? code : 'NOT_AWAITED';
  const problem = expectProblem(reply, 409, told);
  if (told !== 'NOT_AWAITED') return;
  expect({ command, kind, awaiting: problem.awaiting }).toEqual({
    command,
    kind,
    awaiting: before.awaiting.map(({ command: name, role, orgId }) => ({ command: name, role, orgId })),
  });
}

async function eventsOf(walked: WalkedCase): Promise<unknown[]> {
  const { body } = await walked.send<{ items: unknown[] }>('listCaseEvents', walked.clerk, { limit: 200 });
  return body.items;
}

/** Every place at which a case can stand still on its way, named; each leads the case there from wherever it is. */
export type Stop = [name: string, lead: (walked: WalkedCase) => Promise<unknown>];
