import type { Pool } from 'pg';
import { LIANGXI } from './application';
import { isFoundToLeave } from './file-life';
import type { Json, Reply, RequestHeaders, ServiceClient } from './service-client';
import { WalkedCase, type ImportChoice } from './walked-case';

/** Who keeps the papers of the usual file: proposes, and approves. */
export const PROPOSER = `${LIANGXI.county}.handler`;
export const APPROVER = `${LIANGXI.county}.head`;

const YEAR_MS = 366 * 86_400_000;

/** A file that was cancelled, so that nobody watches the household any more. */
export async function givenCancelled(client: ServiceClient, choice: ImportChoice = {}): Promise<WalkedCase> {
  const walked = await WalkedCase.importFile(client, choice);
  await isFoundToLeave(walked, 'cancel');
  await walked.does('notifyExit');
  await walked.does('confirmExit', { by: 'worker' });
  await walked.does('confirmExit', { by: 'grassroots' });
  await walked.does('concludeExit');
  return walked;
}

/** Years go by for an ended case: its clock stands still for everybody but its database. */
export async function yearsPass(pool: Pool, { id }: { id: string }, years = 11): Promise<void> {
  const { rowCount } = await pool.query('update case_runtime set clock_offset_ms = clock_offset_ms + $2 where case_id = $1', [id, years * YEAR_MS]);
  if (rowCount !== 1) throw new Error(`case ${id} has no clock`);
}

/** A file whose ten years are over. */
export async function givenDue(client: ServiceClient, pool: Pool, choice: ImportChoice = {}): Promise<WalkedCase> {
  const walked = await givenCancelled(client, choice);
  await yearsPass(pool, walked);
  return walked;
}

export type DestructionStep = 'proposeDestruction' | 'approveDestruction' | 'rejectDestruction' | 'getDestruction' | 'getDestructionCertificate';

export function destruction(client: ServiceClient, step: DestructionStep, as: string, { id }: { id: string }, headers: RequestHeaders = {}): Promise<Reply<Json & { hindrances: Json[] }>> {
  return client.call(step, as, { caseId: id }, headers);
}
