import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { reasonOf } from '../../infra/errors';
import { loadPolicies } from '../../policies/load';
import { loadReference } from '../../policies/reference';
import { listCaseIds } from '../../store/event-chain.store';
import { canonical } from '../../store/event-hash';
import { countLeftBehind, countTasks, listMissedRechecks, listSharedPersons, serverFacts } from '../../store/health.store';
import { pendingMigrations } from '../../store/migrate';
import { listOrganisations } from '../../store/organisation.store';
import { compareCases, openShadow } from '../../store/rebuild.store';
import { getReferenceDocument } from '../../store/reference.store';
import { ok, warning, wrong, type Check, type Outcome } from '../check';

const VERSION_MIN = 16;
const SKEW_WARN_MS = 1_000;
const SKEW_WRONG_MS = 60_000;
/** Cases whose events are verified and folded; another sample each time. */
const SAMPLE = 50;
const LEFT_BEHIND_SECONDS = 60;
const NAMED_MAX = 5;

/** Whether PostgreSQL answers at all; without it the rest of the record cannot be looked at. */
export function postgresCheck(pool: Pool): Check {
  const look = async () => {
    try {
      return versionOf((await serverFacts(pool)).version);
    } catch (error) {
      return wrong(`does not answer (${reasonOf(error)})`, 'Look into postgres.log, or at DATABASE_URL; nothing can be read or done until it is back.');
    }
  };
  return { name: 'PostgreSQL', look };
}

/** What is in the record. */
export function recordChecks(pool: Pool, policyDir: string | undefined): Check[] {
  return [
    { name: 'migrations', look: () => migrations(pool) },
    { name: 'clock', look: () => clock(pool) },
    { name: 'tables in the record', look: () => tables(pool, policyDir) },
    { name: 'events (sample)', look: () => sample(pool) },
    { name: 'left behind', look: () => leftBehind(pool) },
    { name: 'rechecks', look: () => rechecks(pool) },
    { name: 'households', look: () => households(pool) },
    { name: 'tasks', look: () => tasks(pool) },
  ];
}

function versionOf(version: string): Outcome {
  return Number.parseInt(version, 10) >= VERSION_MIN ? ok(version) : wrong(`is ${version}, and ${VERSION_MIN} is the oldest that serves`, `Move the database to PostgreSQL ${VERSION_MIN} or newer.`);
}

async function migrations(pool: Pool): Promise<Outcome> {
  const pending = await pendingMigrations(pool);
  return pending.length === 0 ? ok('all applied') : wrong(`not applied: ${pending.join(', ')}`, 'Start the service of this release, which applies them.');
}

async function clock(pool: Pool): Promise<Outcome> {
  const before = Date.now();
  const { nowMs } = await serverFacts(pool);
  return skew(Math.round(nowMs - (before + Date.now()) / 2));
}

/** What it means that the database's clock is so far ahead of this machine's. */
export function skew(aheadMs: number): Outcome {
  const says = `the database is ${Math.abs(aheadMs)} ms ${aheadMs < 0 ? 'behind' : 'ahead of'} this machine`;
  if (Math.abs(aheadMs) < SKEW_WARN_MS) return ok(says);
  const fix = 'Let both machines take their time from one source (NTP); business dates hang on it.';
  return Math.abs(aheadMs) < SKEW_WRONG_MS ? warning(says, fix) : wrong(says, fix);
}

/** What the service decides by is what was on disk when it started. */
async function tables(pool: Pool, policyDir: string | undefined): Promise<Outcome> {
  const { organisations, ...reference } = loadReference();
  const onDisk: Record<string, unknown> = { policies: loadPolicies(policyDir), ...reference };
  const differing: string[] = [];
  for (const [kind, document] of Object.entries(onDisk)) {
    const kept = await getReferenceDocument<unknown>(pool, kind);
    if (canonical(kept) !== canonical(JSON.parse(JSON.stringify(document)))) differing.push(kind);
  }
  const kept = new Map((await listOrganisations(pool)).map(({ path, ...organisation }) => [organisation.id, organisation]));
  if ([...organisations.values()].some((organisation) => canonical(organisation) !== canonical(kept.get(organisation.id) ?? null))) differing.push('organisations');
  if (differing.length === 0) return ok('are those on disk');
  return warning(`other than on disk: ${differing.join(', ')}`, 'Start the service again with the POLICY_DIR that it is meant to have; it loads what is on disk.');
}

async function sample(pool: Pool): Promise<Outcome> {
  const from = randomUUID();
  const after = await listCaseIds(pool, from, SAMPLE);
  const caseIds = after.length === SAMPLE ? after : [...new Set([...after, ...(await listCaseIds(pool, null, SAMPLE))])].slice(0, SAMPLE);
  const shadow = await openShadow(pool);
  try {
    const { broken, differences } = await compareCases(shadow, caseIds);
    const [first] = broken;
    if (first) return wrong(`${broken.length} of ${caseIds.length} cases do not verify, such as ${first.caseId}: ${first.fault}`, 'Run "npm run rebuild -- --check" for all of them, and compare their events with a backup.');
    const cases = new Set(differences.map(({ caseId }) => caseId));
    if (cases.size > 0) return wrong(`the read model of ${cases.size} of ${caseIds.length} cases is not the fold of its events, such as ${[...cases][0] ?? ''}`, 'Run "npm run rebuild".');
    return ok(`${caseIds.length} cases: hash chains verify, read model is their fold`);
  } finally {
    shadow.release(true);
  }
}

async function leftBehind(pool: Pool): Promise<Outcome> {
  const { unstarted, unconfirmed } = await countLeftBehind(pool, LEFT_BEHIND_SECONDS);
  if (unstarted + unconfirmed === 0) return ok('no application waits to be started, no command to be confirmed');
  return wrong(
    `${unstarted} applications not started and ${unconfirmed} commands not confirmed for more than ${LEFT_BEHIND_SECONDS} s`,
    'A running API heals both within 10 s: look into api.log and worker.log why it does not.',
  );
}

async function rechecks(pool: Pool): Promise<Outcome> {
  const missed = await listMissedRechecks(pool, NAMED_MAX);
  const [first] = missed;
  if (!first) return ok('none has passed without its case acting');
  const many = missed.length === NAMED_MAX ? `${NAMED_MAX} or more` : String(missed.length);
  return wrong(`${many} cases did not act on the day of their recheck, such as ${first.caseId} (${first.dueOn})`, 'Run "npm run reconcile"; if it finds nothing, look for the case in worker.log.');
}

/** One household, one file: a step that was decided is written, also where two cases took the same person in at once. */
async function households(pool: Pool): Promise<Outcome> {
  const shared = await listSharedPersons(pool, NAMED_MAX);
  const [first] = shared;
  if (!first) return ok('nobody is in two open cases');
  const many = shared.length === NAMED_MAX ? `${NAMED_MAX} or more` : String(shared.length);
  const { caseId, holderId } = first;
  const where = holderId === null ? 'whom no case holds' : `who is in ${holderId} as well`;
  return wrong(
    `${many} open cases have somebody in the household who is not theirs alone, such as ${caseId}, with somebody ${where}`,
    'Let the unions of both settle in which household the person is, and record both households again (with a visit, a recheck or an update): whoever is in one alone is held by it.',
  );
}

async function tasks(pool: Pool): Promise<Outcome> {
  const { open, overdue } = await countTasks(pool);
  const says = `${open} open, ${overdue} past their day`;
  return overdue === 0 ? ok(says) : warning(says, 'Ask the unions in whose task lists they are (bihuan_tasks_overdue tells command and role).');
}
