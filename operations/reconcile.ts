import { ReferenceTables } from '../api/reference-tables';
import { readConfig } from '../infra/config';
import { reasonOf, StartupError } from '../infra/errors';
import { progressOn } from '../infra/progress';
import { connectEngine } from '../infra/temporal/engine-client';
import { documentStore } from '../documents/open-documents';
import { connect } from '../store/db';
import { CaseRuns } from './case-runs';
import { columns, readOptions, runTool } from './command-line';
import { noted } from './noted-tool';
import { openKeys, sealedClient } from './record-access';
import { Reconciler, type FindingKind, type ReconcileReport } from './reconciling';
import { findService } from './service-addresses';

const USAGE = `usage: npm run reconcile -- [--repair] [--json]

Compares record and engine: open cases whose workflow is missing, has ended, or fails again and again, workflows without a case,
tasks that are not what the case awaits, applications that were never started, contents of the document store that no document has. Only reports, unless told to repair.
  --repair  starts cases again from their record, ends workflows without a case, writes tasks anew, deletes contents of no document
  --json    prints the report as JSON
Exit code: 0 nothing was found or all of it is repaired, 1 something is left, 2 wrong command line.`;

const PROGRESS_EVERY_MS = 2_000;
const LISTED_MAX = 50;

const MEANING: Record<FindingKind, string> = {
  caseWithoutWorkflow: 'open case without a workflow',
  workflowEndedEarly: 'workflow ended, case open',
  workflowStuck: 'workflow fails, case open',
  workflowWithoutCase: 'workflow without a case',
  caseWithoutRow: 'case without its row',
  tasksNotAsAwaited: 'tasks not as awaited',
  taskWithoutCase: 'task without a case',
  openingNotStarted: 'application not started',
  documentWithoutRow: 'content of no document',
  documentWithoutContent: 'document without content',
};

async function main(): Promise<0 | 1> {
  const { repair = false, json = false } = readOptions({ repair: { type: 'boolean' }, json: { type: 'boolean' } });
  const config = readConfig(process.env);
  const { databaseUrl, temporal } = findService(config);
  const pool = connect(databaseUrl, 12);
  const connection = await connectEngine(temporal).catch((error: unknown) => {
    throw new StartupError(`The Temporal server at ${temporal.address} cannot be reached (${reasonOf(error)}); nothing was compared.`);
  });
  try {
    const client = sealedClient(connection, temporal.namespace, await openKeys(config, pool), config);
    const runs = new CaseRuns(client, pool, await ReferenceTables.load(pool));
    const work = () => new Reconciler(pool, runs, documentStore(config.documents), repair, progress()).reconcile();
    // Without a repair it only counts.
    const report = repair ? await noted(pool, 'tool.reconcile', {}, work, ({ repaired, found }) => ({ repaired, ...found })) : await work();
    console.log(json ? JSON.stringify(report, null, 2) : lines(report, repair).join('\n'));
    return total(report) === report.repaired ? 0 : 1;
  } finally {
    await connection.close();
    await pool.end();
  }
}

function total({ found }: ReconcileReport): number {
  return Object.values(found).reduce((sum, n) => sum + n, 0);
}

function progress(): (line: string) => void {
  const show = progressOn(process.stderr);
  let shownAt = Date.now();
  return (line) => {
    if (Date.now() - shownAt < PROGRESS_EVERY_MS) return;
    shownAt = Date.now();
    show(line);
  };
}

function lines(report: ReconcileReport, repair: boolean): string[] {
  const { running, findings, repaired } = report;
  const all = total(report);
  if (all === 0) return [`Record and engine agree; ${running} workflows run.`];
  const rows = findings.slice(0, LISTED_MAX).map(({ kind, id, says, outcome }) => [MEANING[kind], id, says, outcomeText(outcome)]);
  return [
    `${all} findings${repair ? `, ${repaired} repaired` : ''}; ${running} workflows run.`,
    '',
    ...columns(rows),
    ...(all > rows.length ? [`  … and ${all - rows.length} more`] : []),
    ...(repair ? [] : ['', 'Nothing was changed. To repair: npm run reconcile -- --repair']),
  ];
}

function outcomeText(outcome: ReconcileReport['findings'][number]['outcome']): string {
  if (outcome === undefined) return '';
  return outcome === 'repaired' ? 'repaired' : `NOT repaired: ${outcome.notRepaired}`;
}

runTool(USAGE, main);
