import type { Pool } from 'pg';
import { isEnd } from '../../domain/case-facts';
import type { CaseRecord } from '../../domain/case-record';
import type { RecordKeys } from '../../store/record-keys';
import { taskIdOf } from '../../store/read-model.store';
import { faultsInEngine, faultsOfRecord } from '../stack/record-check';
import type { LivingCase } from './seat';

interface Read {
  record: CaseRecord;
  version: number;
  state: string;
  hardshipClass: string | null;
  grassrootsOrgId: string;
  reviewerOrgId: string | null;
  ownerOrgId: string | null;
}

/** Every record there is. */
export async function allRecords(pool: Pool): Promise<CaseRecord[]> {
  const { rows } = await pool.query<{ record: CaseRecord }>('select record from hardship_case');
  return rows.map(({ record }) => record);
}

/** Every case that was opened, and no other, has a record: unbroken, folded right, with the tasks that it says are awaited. */
export async function faultsOfCases(pool: Pool, opened: readonly LivingCase[]): Promise<string[]> {
  const { rows } = await pool.query<Read>(
    `select record, version, state, hardship_class as "hardshipClass", grassroots_org_id as "grassrootsOrgId", reviewer_org_id as "reviewerOrgId", owner_org_id as "ownerOrgId" from hardship_case`,
  );
  const ids = new Set(opened.map(({ id }) => id));
  const known = new Set(rows.map(({ record }) => record.caseId));
  const faults = [
    ...[...ids].filter((id) => !known.has(id)).map((id) => `case ${id} was opened and is not in the record`),
    ...[...known].filter((id) => !ids.has(id)).map((id) => `case ${id} is in the record and nobody was told of it`),
    ...(await unstarted(pool)),
  ];
  for (const row of rows) {
    const { caseId } = row.record;
    for (const fault of [...(await faultsOfRecord(pool, caseId)), ...faultsOfColumns(row), ...(await faultsOfTasks(pool, row.record))]) faults.push(`case ${caseId}: ${fault}`);
  }
  return [...faults, ...(await faultsOfClaims(pool, rows.map(({ record }) => record)))];
}

/** Every open case is in the engine where its record says, and has somebody or a date to move it. */
export async function faultsOfRuns(pool: Pool, keys: RecordKeys, temporal: { address: string; namespace: string }, records: readonly CaseRecord[]): Promise<string[]> {
  return faultsInEngine(
    pool,
    keys,
    temporal,
    records.filter(({ state }) => !isEnd(state)).map(({ caseId }) => caseId),
  );
}

function faultsOfColumns({ record, version, state, hardshipClass, grassrootsOrgId, reviewerOrgId, ownerOrgId }: Read): string[] {
  const columns = [version, state, hardshipClass, grassrootsOrgId, reviewerOrgId, ownerOrgId];
  const folded = [record.version, record.state, record.hardshipClass, record.territory.grassrootsOrgId, record.standing?.reviewerOrgId ?? null, record.hardshipFile?.ownerOrgId ?? null];
  return JSON.stringify(columns) === JSON.stringify(folded) ? [] : [`its columns are ${JSON.stringify(columns)}, its record ${JSON.stringify(folded)}`];
}

async function faultsOfTasks(pool: Pool, record: CaseRecord): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select id from task where case_id = $1 and closed_at is null', [record.caseId]);
  const open = rows.map(({ id }) => id).sort();
  const awaited = record.awaiting.filter(({ task }) => task).map((one) => taskIdOf(record.caseId, one));
  return open.join() === awaited.sort().join() ? [] : [`it has ${open.length} open tasks that are not the ${awaited.length} awaited ones`];
}

async function unstarted(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select case_id as id from case_opening where started_at is null');
  return rows.map(({ id }) => `case ${id} was written down and not started`);
}

/** Whoever is in an open case is claimed by it, and nobody else is claimed. */
async function faultsOfClaims(pool: Pool, records: readonly CaseRecord[]): Promise<string[]> {
  const open = records.filter(({ state }) => !isEnd(state)).map(({ caseId }) => caseId);
  const { rows } = await pool.query<{ caseId: string; missing: number; tooMany: number }>(
    `with person as (select case_id, unnest(id_indexes) as id_index from case_private where case_id = any($1))
     select coalesce(p.case_id, c.case_id) as "caseId", count(*) filter (where c.case_id is null) as missing, count(*) filter (where p.case_id is null) as "tooMany"
       from person p full join household_claim c on c.case_id = p.case_id and c.id_index = p.id_index group by 1
     having count(*) filter (where c.case_id is null or p.case_id is null) > 0`,
    [open],
  );
  return rows.map(({ caseId, missing, tooMany }) => `case ${caseId}: ${missing} persons are not claimed by it, ${tooMany} are claimed who are not in it`);
}
