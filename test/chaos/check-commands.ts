import type { Pool } from 'pg';
import { isDone, nameOf, type Entry, type Ledger } from './ledger';

/** The event that each command leaves once, and only once, in the record. */
const EVENT_OF: Record<string, string> = {
  submitApplication: 'applicationSubmitted',
  importFile: 'fileImported',
  signAuthorization: 'authorizationSigned',
  withdrawAuthorization: 'authorizationWithdrawn',
  addMaterials: 'materialsAdded',
  acceptApplication: 'applicationAccepted',
  returnForCorrection: 'returnedForCorrection',
  withdrawApplication: 'applicationWithdrawn',
  recordVisit: 'visitRecorded',
  decidePreliminaryReview: 'preliminaryReviewDecided',
  postNotice: 'noticePosted',
  raiseObjection: 'objectionRaised',
  resolveObjection: 'objectionResolved',
  recordComparison: 'comparisonRecorded',
  decideUpperReview: 'upperReviewDecided',
  proposeAidPlan: 'aidPlanProposed',
  decideCollectively: 'collectivelyDecided',
  prepareDisbursement: 'disbursementPrepared',
  releaseDisbursement: 'disbursementReleased',
  changeAidLevel: 'aidLevelSet',
  recordRecheck: 'recheckRecorded',
  updateFile: 'fileUpdated',
  notifyExit: 'exitNotified',
  confirmExit: 'exitConfirmed',
  refuseExit: 'exitRefused',
  verifyExit: 'exitVerified',
  concludeExit: 'exitConcluded',
  recordFollowUp: 'followUpRecorded',
  dismissRelapse: 'relapseDismissed',
  reopenFile: 'fileReopened',
};

interface Row {
  actor: string;
  key: string;
  caseId: string;
  state: string;
  resultVersion: number | null;
  /** Types of the events that name the command, in their order. */
  events: string[];
}

/**
 * Holds the callers' books against the record: what was answered as carried out is there once, what was refused has left
 * nothing, and nothing is there that nobody sent.
 */
export async function faultsOfCommands(pool: Pool, { entries }: Ledger): Promise<string[]> {
  const { rows } = await pool.query<Row>(
    `select coalesce(c.actor, '') as actor, c.idempotency_key as key, c.case_id as "caseId", c.state, c.result_version as "resultVersion",
            coalesce(array_agg(e.type order by e.seq) filter (where e.type is not null), '{}') as events
       from command c left join case_event e on e.command_id = c.id group by c.id`,
  );
  const unseen = new Map(rows.map((row) => [`${row.actor}/${row.key}`, row]));
  const faults = entries.flatMap((entry) => {
    const id = `${entry.command.as ?? ''}/${entry.command.key}`;
    const row = unseen.get(id);
    unseen.delete(id);
    return faultOfEntry(entry, row);
  });
  const { rows: strays } = await pool.query<{ n: number }>('select count(*) as n from case_event e where command_id is not null and not exists (select 1 from command c where c.id = e.command_id)');
  const strayEvents = strays[0]?.n ?? 0;
  return [
    ...faults,
    ...[...unseen.values()].map(({ actor, key }) => `the record has a command of ${actor || 'somebody'} (key ${key}) that nobody sent`),
    ...(strayEvents > 0 ? [`${strayEvents} events name a command that does not exist`] : []),
  ];
}

function faultOfEntry({ command, told }: Entry, row: Row | undefined): string[] {
  const name = nameOf(command);
  if (!told) return row && row.events.length > 0 && row.state !== 'accepted' ? [`${name} was never answered, is ${row.state} and has events`] : [];
  if (!isDone(told)) return row && row.events.length > 0 ? [`${name} was refused (${String(told.code)}) and left ${row.events.join(', ')}`] : [];
  if (!row) return [`${name} was carried out and is not in the record`];
  const faults: string[] = [];
  const type = typeOf(command.operation, told.status);
  const times = row.events.filter((event) => event === type).length;
  if (row.state !== 'accepted') faults.push(`${name} was answered as carried out and is ${row.state} in the record`);
  if (times !== 1) faults.push(`${name} was carried out and ${type} is ${times} times in the record`);
  if (told.version !== undefined && told.version !== row.resultVersion) faults.push(`${name} was answered with version ${told.version}, the record says ${String(row.resultVersion)}`);
  return faults;
}

/** A relapse after the file has left opens another case. */
function typeOf(operation: string, status: number): string {
  if (operation === 'reportRelapse') return status === 201 ? 'applicationSubmitted' : 'relapseReported';
  const type = EVENT_OF[operation];
  if (!type) throw new Error(`nobody knows what ${operation} leaves in the record`);
  return type;
}
