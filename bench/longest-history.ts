import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { OpenApiClient } from '../rehearse/openapi-client';
import { playScenario } from '../rehearse/player';
import { readScenario } from '../rehearse/scenario';
import { caseWorkflowId } from '../workflows/case/messages';
import type { Part, PartResult, PartRun } from './part';
import { BenchService } from './stack/bench-service';

const EVENTS_GOAL = 500;
const SCENARIOS = join(__dirname, '..', 'test', 'scenarios');

/** One case of a scenario: the number of history events of each of its runs in the engine, the first run first. */
interface CaseRuns {
  scenario: string;
  events: number[];
}

/** How long the engine's history of a case becomes before the case goes on in a new run. */
export const longestHistory: Part = { name: 'history', question: 'How many events has the longest run of any scenario?', measure };

async function measure(run: PartRun): Promise<PartResult> {
  const { quick, tell } = run;
  const bench = await BenchService.start(run);
  const connection = await Connection.connect({ address: bench.service.temporal.address });
  run.onEnd(() => connection.close());
  const player = await OpenApiClient.connect(bench.service.url, bench.password);

  const notPlayed: string[] = [];
  const runs: CaseRuns[] = [];
  const known = new Set<string>();
  const files = readdirSync(SCENARIOS).filter((name) => name.endsWith('.json'));
  // One after another: the cases that are there after a scenario and were not before are its own.
  for (const file of quick ? files.slice(0, 3) : files) {
    const scenario = await readScenario(join(SCENARIOS, file));
    const { verdict } = await playScenario(scenario, player);
    tell(`history: ${scenario.id} ${verdict}`);
    if (verdict !== 'passed') notPlayed.push(`${scenario.id} (${verdict})`);
    for (const caseId of (await openedCases(bench)).filter((id) => !known.has(id))) {
      known.add(caseId);
      runs.push({ scenario: scenario.id, events: await eventsOfRuns(connection, bench.service.temporal.namespace, caseWorkflowId(caseId)) });
    }
  }
  bench.mustBeWhole();
  return result(runs, notPlayed);
}

async function openedCases({ pool }: BenchService): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select case_id as id from case_opening where started_at is not null order by created_at');
  return rows.map(({ id }) => id);
}

/** Number of history events of each run of a workflow, the first run first. */
async function eventsOfRuns({ workflowService }: Connection, namespace: string, workflowId: string): Promise<number[]> {
  const events: number[] = [];
  const describe = (runId: string) => workflowService.describeWorkflowExecution({ namespace, execution: { workflowId, runId } });
  let runId = (await describe('')).workflowExecutionInfo?.firstRunId ?? '';
  while (runId !== '') {
    const { workflowExecutionInfo } = await describe(runId);
    events.push(Number(workflowExecutionInfo?.historyLength ?? 0));
    const { history } = await workflowService.getWorkflowExecutionHistoryReverse({ namespace, execution: { workflowId, runId }, maximumPageSize: 1 });
    runId = history?.events?.[0]?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? '';
  }
  return events;
}

function result(cases: CaseRuns[], notPlayed: string[]): PartResult {
  const longestRun = ({ events }: CaseRuns) => Math.max(...events);
  const sorted = cases.toSorted((a, b) => longestRun(b) - longestRun(a));
  const [longest] = sorted;
  if (!longest) throw new Error('no scenario opened a case');
  return {
    figures: { cases: sorted, notPlayed },
    tables: [
      {
        title: 'History events of the cases with the longest runs',
        head: ['scenario', 'runs', 'events in all', 'longest run'],
        rows: sorted.slice(0, 5).map((one) => [one.scenario, one.events.length, one.events.reduce((sum, events) => sum + events, 0), longestRun(one)]),
        notes: notPlayed.length > 0 ? [`Not played to their end: ${notPlayed.join(', ')}.`] : [],
      },
    ],
    goals: [
      {
        goal: `< ${EVENTS_GOAL} history events in the longest run`,
        measured: `${longestRun(longest)} (${longest.scenario})`,
        met: longestRun(longest) < EVENTS_GOAL,
      },
    ],
  };
}
