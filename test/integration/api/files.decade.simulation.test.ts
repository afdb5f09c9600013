import { Client, Connection } from '@temporalio/client';
import { connect } from '../../../store/db';
import { caseWorkflowId } from '../../../workflows/case/messages';
import type { CaseView } from '../../../api/schemas/case';
import { isFoundToLeave, isPaid, leaves, proposesAid } from '../given/file-life';
import { ServiceClient, type Json } from '../given/service-client';
import { givenCase, WalkedCase } from '../given/walked-case';
import type { History } from '../../stack/history-files';
import { faultsOfRecord } from '../../stack/record-check';
import { testStack } from '../../stack/test-stack';

/** Architecture, rule 5: no run of the longest scenario has more. */
const EVENTS_MAX = 500;
const TOOK_MS_MAX = 60_000;

const stack = testStack();
const pool = connect(stack.databaseUrl, 2);
let connection: Connection;
let client: ServiceClient;
beforeAll(async () => {
  connection = await Connection.connect({ address: stack.temporalAddress });
  client = await ServiceClient.connect(stack);
});
afterAll(async () => {
  await connection.close();
  await pool.end();
});

/** How many events each run of a case has, the last run first. */
async function eventsByRun(caseId: string): Promise<number[]> {
  const { workflow } = new Client({ connection, namespace: stack.temporalNamespace });
  const lengths: number[] = [];
  let runId: string | undefined = (await workflow.getHandle(caseWorkflowId(caseId)).describe()).runId;
  while (runId) {
    const history: History = await workflow.getHandle(caseWorkflowId(caseId), runId).fetchHistory();
    lengths.push(history.events?.length ?? 0);
    runId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? undefined;
  }
  return lengths;
}

/** Rechecks a file on the day that is due, until this day has come. */
async function isKeptUntil(walked: WalkedCase, day: string): Promise<void> {
  for (let due = dueOn(walked.view); due < day; due = dueOn(walked.view)) {
    await walked.advanceTo(due);
    await walked.does('recordRecheck');
  }
  await walked.advanceTo(day);
}

function dueOn({ recheck }: CaseView): string {
  if (!recheck?.nextDueOn) throw new Error('a file that is kept has a date for its next recheck');
  return recheck.nextDueOn;
}

async function becomes(walked: WalkedCase, household: Json): Promise<void> {
  await walked.does('recordRecheck', { outcome: 'changeClass', household });
}

/** From a file that is active in spring 2024 to its withdrawal in 2034. */
async function tenYears(walked: WalkedCase): Promise<void> {
  await isKeptUntil(walked, '2025-09-01');
  await becomes(walked, walked.household('deep'));
  await proposesAid(walked);
  await walked.does('decideCollectively');
  await isPaid(walked);
  await isKeptUntil(walked, '2028-09-01');
  // By the standards of 2028, whose minimum is above what the usual relative household keeps.
  await becomes(walked, { ...walked.household('relative'), rigidExpenses: walked.household('none').rigidExpenses });
  await isKeptUntil(walked, '2031-10-06');
  await isFoundToLeave(walked);
  await walked.does('notifyExit');
  await leaves(walked);
  await walked.advanceTo('2031-12-01');
  await walked.does('recordFollowUp');
  await walked.does('reportRelapse');
  await walked.does('recordVisit', { household: walked.household('deep') });
  await walked.does('reopenFile', { hardshipClass: 'deep' });
  await isKeptUntil(walked, '2033-12-05');
  await isFoundToLeave(walked);
  await walked.does('notifyExit');
  await leaves(walked);
  await walked.advanceTo('2034-06-06');
}

test.each<[begins: string, begin: () => Promise<WalkedCase>]>([
  ['with an application', () => givenCase(client, 'active')],
  ['with an import', () => WalkedCase.importFile(client)],
])('ten years of a case that begins %s: under a minute, no run above the budget, and the record is whole', async (_begins, begin) => {
  const startedAt = Date.now();
  const walked = await begin();
  await tenYears(walked);
  expect(walked.view).toMatchObject({
    state: 'closed',
    hardshipFile: { withdrawnOn: '2034-06-05', retentionEndsOn: '2044-06-05', reopenedOn: '2031-12-01', ownerOrgId: 'wx' },
    exit: { effectiveOn: '2033-12-05' },
    endState: 'lifted',
  });
  expect(Date.now() - startedAt).toBeLessThan(TOOK_MS_MAX);

  const lengths = await eventsByRun(walked.id);
  expect(lengths.length).toBeGreaterThan(1);
  expect(Math.max(...lengths)).toBeLessThan(EVENTS_MAX);
  expect(await faultsOfRecord(pool, walked.id)).toEqual([]);
});
