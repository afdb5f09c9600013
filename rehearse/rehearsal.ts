import type { OpenApiClient } from './openapi-client';
import { playScenario } from './player';
import { failureLines, scenarioLine, stepLines, summaryLines } from './print';
import type { ScenarioResult } from './result';
import { readScenario, type Scenario, ScenarioMalformed } from './scenario';

export interface RehearsalOptions {
  files: string[];
  /** Print each step as it is played, not only what failed. */
  follow: boolean;
  /** How many scenarios are played at once; ≥ 1. The lines of each stay together. */
  parallel: number;
}

/**
 * Plays the scenario files, one after another or some at once, and prints how each went. A malformed file counts as
 * failed; the others are played all the same.
 *
 * @param print takes one line
 * @returns true when none failed; a scenario that is not yet covered is no failure
 */
export async function rehearse({ files, follow, parallel }: RehearsalOptions, client: OpenApiClient, print: (line: string) => void): Promise<boolean> {
  const malformed: { file: string; message: string }[] = [];
  const scenarios: Scenario[] = [];
  for (const file of files) {
    const read = await readOrTell(file);
    if (read instanceof ScenarioMalformed) {
      malformed.push({ file, message: read.message });
      print(`✗ ${read.message}`);
    } else scenarios.push(read);
  }

  const results = new Map<Scenario, ScenarioResult>();
  const waiting = [...scenarios];
  const playWaiting = async () => {
    for (let scenario = waiting.shift(); scenario; scenario = waiting.shift()) {
      results.set(scenario, await playAndPrint(scenario, { client, print, follow, isAlone: parallel === 1 }));
    }
  };
  await Promise.all(Array.from({ length: parallel }, playWaiting));

  const inOrder = scenarios.flatMap((scenario) => results.get(scenario) ?? []);
  for (const line of summaryLines(inOrder, malformed)) print(line);
  return malformed.length === 0 && !inOrder.some(({ verdict }) => verdict === 'failed');
}

interface Stage {
  client: OpenApiClient;
  print: (line: string) => void;
  follow: boolean;
  /** Nothing else is printed meanwhile, so steps can be shown as they are played. */
  isAlone: boolean;
}

async function playAndPrint(scenario: Scenario, { client, print, follow, isAlone }: Stage): Promise<ScenarioResult> {
  const lines: string[] = [];
  const tell = (line: string) => (isAlone ? print(line) : void lines.push(line));
  if (follow) tell(`${scenario.id}  ${scenario.title}`);
  const result = await playScenario(scenario, client, { onStep: (step) => follow && stepLines(step).forEach(tell) });
  tell(scenarioLine(result));
  failureLines(result, follow).forEach(tell);
  for (const line of lines) print(line);
  return result;
}

async function readOrTell(file: string): Promise<Scenario | ScenarioMalformed> {
  try {
    return await readScenario(file);
  } catch (error) {
    if (error instanceof ScenarioMalformed) return error;
    throw error;
  }
}
