import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { CaseRestarts } from '../api/case-restart';
import { CaseVersions } from '../api/case-versions';
import { CaseEngine } from '../api/engine';
import { ReferenceTables } from '../api/reference-tables';
import { readConfig, type Config } from '../infra/config';
import { reasonOf, StartupError } from '../infra/errors';
import { progressOn } from '../infra/progress';
import { connectEngine, engineClient } from '../infra/temporal/engine-client';
import { NO_PAYLOADS } from '../infra/temporal/payload-codec';
import { makeCurrent, makeRamping, type Deployment, type DeploymentVersion } from '../infra/temporal/deployment';
import { connect } from '../store/db';
import { CASE_TASK_QUEUE } from '../workflows/case/messages';
import { columns, readOptions, runTool, WrongUsage } from './command-line';
import { BEGUN_MS, CaseMoving, type MoveReport } from './moving';
import { noted } from './noted-tool';
import { openKeys, sealedClient } from './record-access';
import { findService } from './service-addresses';

const USAGE = `usage: npm run upgrade -- [--move [--rate N]] [--promote VERSION [--percent P]] [--json]

Shows the versions of the workflow code that the engine knows, and how many open cases are on each.
  --move     asks every open case on an older version to go on with the current one, N cases a second (default 20);
             cases whose version no worker serves are started anew from their record. Interrupted, run it again.
  --promote  makes a version the current one, to which new cases go; with --percent only for that share of them
  --json     prints the report as JSON
Exit code: 0 no open case is on an older version, 1 some are, 2 wrong command line.`;

const DEFAULT_RATE = 20;
const RATE_MAX = 1_000;
const AGREED_WITHIN_MS = 30_000;
const PROGRESS_EVERY_MS = 2_000;
const LISTED_MAX = 50;
const LISTS_LAG_MS = 10_000;
const LOOK_EVERY_MS = 250;

interface UpgradeReport extends Partial<MoveReport> {
  current: string | null;
  ramping: { version: string; percent: number } | null;
  versions: { version: string; state: DeploymentVersion['state']; hasWorkers: boolean; openCases: number; since: string }[];
  /** Open cases on no version: they were begun before there were versions. */
  unversioned: number;
  /** Open cases on versions that are neither current nor ramping, and on none. */
  left: number;
}

async function main(): Promise<0 | 1> {
  const options = readOptions({
    move: { type: 'boolean' },
    rate: { type: 'string' },
    promote: { type: 'string' },
    percent: { type: 'string' },
    json: { type: 'boolean' },
  });
  const rate = numberIn('--rate', options.rate, RATE_MAX) ?? DEFAULT_RATE;
  const percent = numberIn('--percent', options.percent, 100);
  const config = readConfig(process.env);
  const { databaseUrl, temporal } = findService(config);
  const connection = await connectEngine(temporal).catch((error: unknown) => {
    throw new StartupError(`The Temporal server at ${temporal.address} cannot be reached (${reasonOf(error)}).`);
  });
  const versions = new CaseVersions(engineClient(connection, temporal.namespace, NO_PAYLOADS));
  try {
    const { promote: version } = options;
    if (version !== undefined) await promote(databaseUrl, versions, version, percent);
    const moved = options.move ? await move(config, databaseUrl, connection, versions, rate) : undefined;
    const report: UpgradeReport = { ...(await survey(versions, moved?.left)), ...moved };
    console.log(options.json ? JSON.stringify(report, null, 2) : lines(report).join('\n'));
    return report.left === 0 ? 0 : 1;
  } finally {
    await connection.close();
  }
}

function numberIn(option: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0 && value <= max)) throw new WrongUsage(`${option} takes a number above 0 and up to ${max}, not ${text}`);
  return value;
}

async function promote(databaseUrl: string, versions: CaseVersions, buildId: string, percent: number | undefined): Promise<void> {
  const known = (await versions.deployment()).versions.map((version) => version.buildId);
  if (!known.includes(buildId)) throw new WrongUsage(`--promote takes one of the known versions (${known.join(', ') || 'there is none'}), not ${buildId}`);
  const pool = connect(databaseUrl, 1);
  const work = async () => {
    if (percent === undefined) await makeCurrent(versions.place, buildId, { withinMs: AGREED_WITHIN_MS });
    else await makeRamping(versions.place, buildId, percent);
    return {};
  };
  try {
    await noted(pool, 'tool.upgrade', { details: { promote: buildId, percent: percent ?? 100 } }, work, () => ({}));
  } finally {
    await pool.end();
  }
}

async function move(config: Config, databaseUrl: string, connection: Connection, versions: CaseVersions, rate: number): Promise<MoveReport & { left: number }> {
  const target = targetOf(await versions.deployment());
  if (target.size === 0) throw new StartupError('No version of the workflow code is current; start a worker, or name one with --promote.');
  const pool = connect(databaseUrl, 12);
  try {
    const engine = new CaseEngine(sealedClient(connection, versions.place.namespace, await openKeys(config, pool), config), CASE_TASK_QUEUE);
    const tables = await ReferenceTables.load(pool);
    const moving = new CaseMoving(pool, engine, tables, versions, new CaseRestarts(pool, engine, tables), { target, rate, onProgress: progress() });
    const counted = ({ turned, startedAnew, failed }: MoveReport) => ({ turned, startedAnew, failed: failed.length });
    const report = await noted(pool, 'tool.upgrade', { details: { move: true } }, () => moving.moveAll(), counted);
    return { ...report, left: await moving.countLeft() };
  } finally {
    await pool.end();
  }
}

function targetOf({ current, ramping }: Deployment): Set<string> {
  return new Set([current, ramping?.buildId].filter((buildId) => buildId !== undefined));
}

function progress(): (report: MoveReport) => void {
  const show = progressOn(process.stderr);
  let shownAt = Date.now();
  return ({ turned, startedAnew, failed }) => {
    if (Date.now() - shownAt < PROGRESS_EVERY_MS) return;
    shownAt = Date.now();
    show(`Cases: ${turned} turned their page, ${startedAnew} started anew, ${failed.length} not moved`);
  };
}

/** @param left how many are known to be left: the engine's lists lag behind what was moved, and are given a moment to say the same */
async function survey(versions: CaseVersions, left: number | undefined): Promise<UpgradeReport> {
  const give = Date.now() + LISTS_LAG_MS;
  for (;;) {
    const report = await look(versions);
    if (left === undefined || report.left === left || Date.now() > give) return report;
    await pause(LOOK_EVERY_MS);
  }
}

async function look(versions: CaseVersions): Promise<UpgradeReport> {
  const [deployment, served, unversioned] = await Promise.all([versions.deployment(), versions.served(), versions.countUnversioned(Date.now() - BEGUN_MS)]);
  const target = targetOf(deployment);
  const rows = await Promise.all(
    deployment.versions.map(async ({ buildId, state, createdAtMs }) => ({
      version: buildId,
      state,
      hasWorkers: served.has(buildId),
      openCases: await versions.countOpen(buildId),
      since: new Date(createdAtMs).toISOString(),
    })),
  );
  const older = rows.filter(({ version }) => !target.has(version)).reduce((sum, { openCases }) => sum + openCases, 0);
  const { current = null, ramping } = deployment;
  return { current, ramping: ramping ? { version: ramping.buildId, percent: ramping.percentage } : null, versions: rows, unversioned, left: older + unversioned };
}

function lines({ versions, unversioned, left, ramping, turned, startedAnew = 0, failed = [] }: UpgradeReport): string[] {
  const rows = versions.map(({ version, state, hasWorkers, openCases, since }) => [
    version,
    state === 'ramping' ? `ramping ${ramping?.percent ?? 0} %` : state,
    hasWorkers ? 'yes' : 'no',
    String(openCases),
    since,
  ]);
  return [
    ...columns([['version', 'state', 'workers', 'open cases', 'first seen'], ...rows, ...(unversioned > 0 ? [['(none)', '', '', String(unversioned), '']] : [])]),
    '',
    ...(turned === undefined ? [] : [`${turned} cases turned their page, ${startedAnew} were started anew from their record, ${failed.length} could not be moved.`]),
    ...failed.slice(0, LISTED_MAX).map(({ caseId, reason }) => `  ${caseId}  ${reason}`),
    ...(failed.length > LISTED_MAX ? [`  … and ${failed.length - LISTED_MAX} more (--json lists all)`] : []),
    left === 0 ? 'No open case is on an older version.' : `${left} open cases are on older versions.${turned === undefined ? ' To move them: npm run upgrade -- --move' : ' Run this again.'}`,
  ];
}

runTool(USAGE, main);
