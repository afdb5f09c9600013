import type { CaseView } from '../../../api/schemas/case';
import type { Json, ServiceClient } from './service-client';
import { dayAfter, WalkedCase, type ImportChoice } from './walked-case';

/** A recheck on the spot finds that the household has left hardship, or that the file should never have been. */
export function isFoundToLeave(walked: WalkedCase, outcome: 'liftOut' | 'cancel' = 'liftOut'): Promise<CaseView> {
  return walked.does('recordRecheck', { outcome, household: walked.household('none'), ...(outcome === 'cancel' ? { reason: '不符合建档条件' } : {}) });
}

/** A file whose worker has just been told of the exit. */
export async function givenExiting(client: ServiceClient, choice: ImportChoice = {}, outcome: 'liftOut' | 'cancel' = 'liftOut'): Promise<WalkedCase> {
  const walked = await WalkedCase.importFile(client, choice);
  await isFoundToLeave(walked, outcome);
  await walked.does('notifyExit');
  return walked;
}

/** Confirms an exit on both sides and concludes it. */
export async function leaves(walked: WalkedCase, conclusion: Json = {}): Promise<CaseView> {
  await walked.does('confirmExit', { by: 'worker' });
  await walked.does('confirmExit', { by: 'grassroots' });
  return walked.does('concludeExit', conclusion);
}

/** A file in its phase-out: of six months, unless the conclusion says otherwise. */
export async function givenPhaseOut(client: ServiceClient, choice: ImportChoice = {}, conclusion: Json = {}): Promise<WalkedCase> {
  const walked = await givenExiting(client, choice);
  await leaves(walked, conclusion);
  return walked;
}

/** A file that has left, on the day of its exit. */
export async function givenClosed(client: ServiceClient, choice: ImportChoice = {}): Promise<WalkedCase> {
  const walked = await givenExiting(client, choice);
  await leaves(walked, { phaseOutMonths: 0 });
  return walked;
}

/** A worker refuses without a valid reason, both unions verify, and nobody objects to the notice. */
export async function isAnnounced(walked: WalkedCase): Promise<CaseView> {
  await walked.does('refuseExit');
  await walked.does('verifyExit', { by: 'reviewingUnion' });
  await walked.does('verifyExit', { by: 'unitOrCommunityUnion' });
  await walked.does('postNotice');
  return walked.advanceTo(dayAfter(walked.view.notices.at(-1)?.closesOn ?? ''));
}

/** Everybody signs, the data are compared, and the owner proposes aid to a file that exists. */
export async function proposesAid(walked: WalkedCase): Promise<CaseView> {
  await walked.does('signAuthorization');
  await walked.does('recordComparison');
  return walked.does('proposeAidPlan');
}

/** Prepares, releases and waits for what is planned. */
export async function isPaid(walked: WalkedCase): Promise<CaseView> {
  await walked.releasesDisbursement(await walked.preparesDisbursement());
  return walked.becomes(({ payments }) => payments.every(({ state }) => state === 'paid' || state === 'dropped'));
}
