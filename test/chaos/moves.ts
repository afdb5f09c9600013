import type { CaseView } from '../../api/schemas/case';
import { endOfDay, formatInstant } from '../../domain/calendar-date';
import type { JsonObject } from '../../rehearse/json';
import { NINE_HOURS_MS } from '../stack/case-walk';
import { INPUTS, todayOf, type Intention, type Possible } from './inputs';
import type { Random } from './random';

/** A command of somebody, or time that goes by. */
export type Move = { operation: string; as: string | null; input: JsonObject } | { advanceTo: string };

/** No clock goes beyond what the calendar table covers, with room for the notices of an exit. */
const LAST_DAY = '2026-03-01';
const TASK_WEIGHT = 12;
/** How often something is done that is nobody's task; what is not named here is done seldom. */
const WEIGHTS: Record<string, number> = {
  addMaterials: 1,
  signAuthorization: 1,
  withdrawAuthorization: 0.1,
  withdrawApplication: 0.1,
  returnForCorrection: 0.2,
  raiseObjection: 1,
  recordRecheck: 2,
  proposeAidPlan: 1.5,
  changeAidLevel: 1,
  updateFile: 1,
  refuseExit: 1,
  reportRelapse: 1.5,
  dismissRelapse: 6,
};
const SELDOM = 0.4;

/** The next move of a case, out of what it says itself is awaited and possible; undefined where only the bank can act. */
export function nextMove(view: CaseView, random: Random, isSimulated: boolean): Move | undefined {
  const intention: Intention = { random, goesHome: false, isSimulated };
  const choices = [
    ...view.awaiting.map((step) => ({ weight: TASK_WEIGHT, value: () => asMove(view, step, intention) })),
    ...view.possible.filter((step) => !isTooMuch(view, step, isSimulated)).map((step) => ({ weight: weightOf(view, step), value: () => asMove(view, step, intention) })),
    ...timeWeights(view).map(({ weight, advanceTo }) => ({ weight, value: (): Move => ({ advanceTo }) })),
  ];
  return choices.length > 0 ? random.weigh(choices)() : undefined;
}

/** The next move on the shortest way to the end of the case; undefined where the bank has to act first. */
export function moveHome(view: CaseView, random: Random, isSimulated: boolean): Move | undefined {
  const intention: Intention = { random, goesHome: true, isSimulated };
  const does = (command: string, kind?: string) => {
    const step = [...view.awaiting, ...view.possible].find((candidate) => candidate.command === command && (kind === undefined || candidate.kind === kind));
    return step && asMove(view, step, intention);
  };
  const [task] = view.awaiting;
  switch (view.state) {
    case 'active':
      return does('notifyExit') ?? does('recordRecheck');
    case 'exiting':
      return ['confirmExit', 'verifyExit', 'postNotice', 'resolveObjection'].map((command) => isTask(view, command) && does(command)).find(Boolean) || timeHome(view) || does('concludeExit');
    case 'phaseOut':
      if (!view.relapse) return timeHome(view);
      return view.relapse.visitedOn ? does('dismissRelapse') : does('recordVisit');
    case 'intake':
      if (!view.authorization.complete) return does('signAuthorization');
      return view.materials.complete ? does('acceptApplication') : does('addMaterials');
    case 'disbursement':
      return view.payments.some(({ state }) => state === 'returned') && view.bankAccount?.cardNumber.endsWith('0003') ? does('updateFile') : task && asMove(view, task, intention);
    default:
      // Somebody has taken the authorisation back, without which nothing is compared.
      if (isTask(view, 'recordComparison') && !view.authorization.complete) return does('signAuthorization');
      return task ? asMove(view, task, intention) : timeHome(view);
  }
}

function asMove(view: CaseView, step: Possible, intention: Intention): Move {
  const input = INPUTS[step.command];
  if (!input) throw new Error(`the chaos does not know how to do ${step.command}`);
  // Anybody may object, and does so without signing in.
  const as = step.command === 'raiseObjection' ? null : `${step.orgId}.${step.role}`;
  return { operation: step.command, as, input: input(view, step, intention) };
}

function isTask(view: CaseView, command: string): boolean {
  return view.awaiting.some((awaited) => awaited.command === command);
}

/** What an application cannot be accepted without is as likely as a task. */
function weightOf(view: CaseView, { command }: Possible): number {
  const isMissing = view.state === 'intake' && ((command === 'signAuthorization' && !view.authorization.complete) || (command === 'addMaterials' && !view.materials.complete));
  return isMissing ? 2 * TASK_WEIGHT : (WEIGHTS[command] ?? SELDOM);
}

/** Two objections to a notice are enough, and so are a few plans; a refused exit needs a notice, for which real time is too slow. */
function isTooMuch(view: CaseView, { command, kind }: Possible, isSimulated: boolean): boolean {
  if (command === 'refuseExit') return !isSimulated;
  if (command === 'raiseObjection') return (view.notices.findLast((notice) => notice.kind === kind)?.objections.length ?? 0) >= 2;
  return command === 'proposeAidPlan' && view.aidPlans.length >= 4;
}

function timeWeights(view: CaseView): { weight: number; advanceTo: string }[] {
  const to = dayAhead(view);
  if (to === undefined || to > LAST_DAY) return [];
  return [{ weight: view.state === 'active' ? 3 : 8, advanceTo: morningAfter(to) }];
}

function timeHome(view: CaseView): Move | undefined {
  const to = dayAhead(view);
  return to === undefined ? undefined : { advanceTo: morningAfter(to) };
}

/** The last day of what the case waits for; undefined where no date is near. */
function dayAhead(view: CaseView): string | undefined {
  const open = view.notices.find((notice) => notice.closedOn === null && notice.closesOn >= todayOf(view));
  if (open) return open.closesOn;
  if (view.state === 'phaseOut') return view.phaseOut?.endsOn;
  return view.state === 'active' ? (view.recheck?.nextDueOn ?? undefined) : undefined;
}

/** Far from midnight, where dates pass. */
function morningAfter(day: string): string {
  return formatInstant(endOfDay(day) + NINE_HOURS_MS);
}
