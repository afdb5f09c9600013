import type { Pool } from 'pg';
import { Pool as EnginePool } from 'pg';
import { CaseSource } from './case/case-source';
import type { BenchCase } from './case/bench-case';
import { closedLoop } from './load/closed-loop';
import type { Part, PartResult, PartRun } from './part';
import { BenchService } from './stack/bench-service';

/** Bytes of each table of a database, with its indexes and its out-of-line values. */
type TableBytes = Record<string, number>;

/** The engine's databases beside the record's. */
const ENGINE_DATABASES = ['temporal', 'temporal_visibility'];
/** Tables that take less than this of a case's bytes are not listed one by one. */
const LISTED_FROM_BYTES = 500;
const LEAVING_AT_ONCE = 10;

/** What a case leaves on the disk once it has come to its end. */
export const disk: Part = { name: 'disk', question: 'How many bytes does a finished case take in the databases?', measure };

async function measure(run: PartRun): Promise<PartResult> {
  const { quick, tell } = run;
  const service = await BenchService.start(run);
  const engine = ENGINE_DATABASES.map((name) => new EnginePool({ connectionString: siblingUrl(service.service.databaseUrl, name), max: 1 }));
  run.onEnd(async () => {
    await Promise.all(engine.map((pool) => pool.end()));
  });
  const source = new CaseSource(service.caller);
  await source.warmUp(20); // first pages and indexes are there before anything is counted

  const count = quick ? 10 : 200;
  tell(`disk: ${count} cases`);
  const databases: [string, Pool][] = [['record', service.pool], ...ENGINE_DATABASES.map((name, index): [string, Pool] => [name, engine[index] ?? service.pool])];
  const before = await look(databases);
  const cases = await source.warmUp(count);
  const active = await look(databases);
  await closedLoop(cases, LEAVING_AT_ONCE, (one) => one.leave());
  mustBeClosed(cases);
  const closed = await look(databases);
  service.mustBeWhole();
  return result({ before, active, closed }, count);
}

interface Look {
  databases: Record<string, TableBytes>;
  /** Position in the write-ahead log. */
  walBytes: number;
}

async function look(databases: readonly [string, Pool][]): Promise<Look> {
  const tables: Record<string, TableBytes> = {};
  for (const [name, pool] of databases) tables[name] = await tableBytes(pool);
  const { rows } = await (databases[0]?.[1] as Pool).query<{ position: string }>(`select pg_current_wal_lsn() - '0/0'::pg_lsn as position`);
  return { databases: tables, walBytes: Number(rows[0]?.position) };
}

async function tableBytes(pool: Pool): Promise<TableBytes> {
  const { rows } = await pool.query<{ name: string; bytes: string }>(
    `select c.relname as name, pg_total_relation_size(c.oid) as bytes from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'S') and n.nspname = 'public'`,
  );
  return Object.fromEntries(rows.map(({ name, bytes }) => [name, Number(bytes)]));
}

function siblingUrl(databaseUrl: string, database: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${database}`;
  return url.href;
}

function mustBeClosed(cases: readonly BenchCase[]): void {
  const open = cases.find(({ current }) => current.state !== 'closed');
  if (open) throw new Error(`case ${open.id} is ${open.current.state} after it left its file`);
}

function result({ before, active, closed }: Record<'before' | 'active' | 'closed', Look>, count: number): PartResult {
  const untilActive = growth(before, active, count);
  const untilClosed = growth(before, closed, count);
  const rows = untilClosed.perCase.flatMap(({ database, bytes, tables }, index) => {
    const atActive = untilActive.perCase[index];
    const ofTable = (name: string) => atActive?.tables.find(({ table }) => table === name)?.bytes ?? 0;
    return [
      [database, 'all', atActive?.bytes ?? 0, bytes],
      ...tables.filter((table) => table.bytes >= LISTED_FROM_BYTES).map(({ table, bytes: grown }) => ['', table, ofTable(table), grown]),
    ];
  });
  return {
    figures: { cases: count, untilActive, untilClosed },
    tables: [
      {
        title: `Bytes per case since its application, over ${count} cases`,
        head: ['database', 'table', 'when active', 'when closed'],
        rows: [...rows, ['together', '', untilActive.totalBytes, untilClosed.totalBytes], ['write-ahead log', '', untilActive.walBytes, untilClosed.walBytes]],
        notes: ['Indexes and dead rows that are not reused yet are counted in; the engine drops its share once retention of an ended case is over.'],
      },
    ],
    goals: [],
  };
}

/** What a case has added, in bytes. */
function growth(before: Look, after: Look, count: number) {
  const perCase = Object.entries(after.databases).map(([database, tables]) => {
    const grown = Object.entries(tables).map(([table, bytes]) => ({ table, bytes: Math.round((bytes - (before.databases[database]?.[table] ?? 0)) / count) }));
    return { database, bytes: grown.reduce((sum, { bytes }) => sum + bytes, 0), tables: grown.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes) };
  });
  return {
    totalBytes: perCase.reduce((sum, { bytes }) => sum + bytes, 0),
    walBytes: Math.round((after.walBytes - before.walBytes) / count),
    perCase,
  };
}
