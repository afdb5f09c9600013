import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { playScenario } from '../../../rehearse/player';
import { failureLines, scenarioLine } from '../../../rehearse/print';
import { readScenario } from '../../../rehearse/scenario';
import type { OpenApiClient } from '../../../rehearse/openapi-client';
import { apiClient } from '../../stack/test-stack';

const directory = join(__dirname, '..', '..', 'scenarios');
const files = readdirSync(directory).filter((name) => name.endsWith('.json'));

/** Operations of the loop's second half. A scenario may lack these and no other: one that disappears fails its scenarios. */
const LATER = new Set([
  'importFile',
  'recordRecheck',
  'updateFile',
  'changeAidLevel',
  'notifyExit',
  'confirmExit',
  'refuseExit',
  'verifyExit',
  'concludeExit',
  'recordFollowUp',
  'reportRelapse',
  'reopenFile',
]);

let client: OpenApiClient;
beforeAll(async () => {
  client = await apiClient();
});

test.each(files)('%s plays as written, or needs operations that are listed by name', async (file) => {
  const scenario = await readScenario(join(directory, file));
  const result = await playScenario(scenario, client);
  if (result.verdict === 'failed') throw new Error([scenarioLine(result), ...failureLines(result, false)].join('\n'));
  if (result.verdict === 'notYetCovered') expect(result.missingOperations.filter((operation) => !LATER.has(operation))).toEqual([]);
});
