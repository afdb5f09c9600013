import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { playScenario } from '../../../rehearse/player';
import { failureLines, scenarioLine } from '../../../rehearse/print';
import { readScenario } from '../../../rehearse/scenario';
import type { OpenApiClient } from '../../../rehearse/openapi-client';
import { apiClient } from '../../stack/test-stack';

const directory = join(__dirname, '..', '..', 'scenarios');
const files = readdirSync(directory).filter((name) => name.endsWith('.json'));

let client: OpenApiClient;
beforeAll(async () => {
  client = await apiClient();
});

test.each(files)('%s plays as written', async (file) => {
  const scenario = await readScenario(join(directory, file));
  const result = await playScenario(scenario, client);
  // A scenario that an operation is missing for has not been played: it fails like one that went another way.
  if (result.verdict !== 'passed') throw new Error([scenarioLine(result), ...failureLines(result, false)].join('\n'));
});
