import { isInUse } from '../../infra/data-dir';
import { reasonOf } from '../../infra/errors';
import type { StackAddresses } from '../../infra/stack-addresses';
import { ok, wrong, type Check, type Outcome } from '../check';

const ANSWER_WITHIN_MS = 15_000;

/** The service's own processes, as far as their addresses are known: do they call themselves ready? */
export function processChecks(dataDir: string, { apiUrl, workerUrl }: StackAddresses): Check[] {
  return [
    { name: 'stack', look: () => ok(isInUse(dataDir) ? `runs on ${dataDir}` : 'named by the environment') },
    ...(apiUrl === undefined ? [] : [{ name: 'API', look: () => ready(apiUrl, 'api.log') }]),
    ...(workerUrl === undefined ? [] : [{ name: 'worker', look: () => ready(workerUrl, 'worker.log') }]),
  ];
}

async function ready(url: string, log: string): Promise<Outcome> {
  const fix = `Look into ${log}; if nothing there explains it, start the service again.`;
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return response.ok ? ok(`ready at ${url}`) : wrong(`is not ready (${response.status}): ${await response.text()}`, fix);
  } catch (error) {
    return wrong(`does not answer at ${url} (${reasonOf(error)})`, fix);
  }
}
