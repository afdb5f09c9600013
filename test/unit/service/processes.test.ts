import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../infra/config';
import { ProcessFailed } from '../../../infra/process';
import type { ServiceProgram } from '../../../infra/service-process';
import { startProcesses } from '../../../service/processes';

const TAKEN = new ProcessFailed('The bank sandbox stopped while it was starting.', 'bank sandbox: listen EADDRINUSE: address already in use 127.0.0.1:31076');
const BROKEN = new ProcessFailed('The API stopped while it was starting.', 'TypeError: undefined is not a function');

/** Starts the processes where each one's start goes as is said, time after time, and well when no more is said. */
async function start(faults: Record<string, Error[]>) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bihuan-processes-'));
  const config = readConfig({ NODE_ENV: 'test', DATA_DIR: dataDir, PORT: '0' });
  const programs: ServiceProgram[] = [];
  const stopped: ServiceProgram[] = [];
  const run = (program: ServiceProgram) => {
    programs.push(program);
    const fault = faults[program.name]?.shift();
    const stop = () => Promise.resolve(void stopped.push(program));
    return fault ? Promise.reject(fault) : Promise.resolve({ pid: programs.length, stop });
  };
  const infrastructure = { temporal: { address: '127.0.0.1:7233', namespace: 'default' }, run };
  const addresses = startProcesses({ config, infrastructure, databases: { service: 'postgresql://service', people: 'postgresql://people' }, keys: { MASTER_KEYS_FILE: 'keys' } });
  const outcome = await addresses.then((value) => ({ value }), (error: unknown) => ({ error }));
  return { outcome, programs, stopped, timesOf: (name: string) => programs.filter((program) => program.name === name).length };
}
const portOf = ({ readyUrl }: ServiceProgram) => new URL(readyUrl).port;

test('they are told where they find each other', async () => {
  const { outcome, programs } = await start({});
  const [bank, worker, api] = programs;
  expect(programs.map(({ name }) => name)).toEqual(['bank-sandbox', 'worker', 'api']);
  expect(worker?.env.BANK_URL).toBe(`http://127.0.0.1:${bank?.env.BANK_PORT ?? ''}`);
  expect(outcome).toEqual({ value: { apiUrl: `http://127.0.0.1:${api?.env.PORT ?? ''}`, workerUrl: `http://127.0.0.1:${worker?.env.WORKER_PORT ?? ''}`, metricsUrl: `http://127.0.0.1:${api?.env.METRICS_PORT ?? ''}` } });
});

test.each(['bank-sandbox', 'worker', 'api'])('the port of one was taken after it had been chosen: what runs is stopped, and all are started on others (%s)', async (name) => {
  const { outcome, programs, stopped } = await start({ [name]: [TAKEN] });
  const [first, second] = [programs.slice(0, 3), programs.slice(3)];
  expect(stopped).toEqual(first.filter((program) => program.name !== name));
  expect(second.map((program) => program.name)).toEqual(first.map((program) => program.name));
  expect(second.map(portOf)).not.toEqual(first.map(portOf));
  expect(second[1]?.env.BANK_URL).toBe(`http://127.0.0.1:${second[0]?.env.BANK_PORT ?? ''}`);
  expect(outcome).toMatchObject({ value: { apiUrl: `http://127.0.0.1:${second[2]?.env.PORT ?? ''}` } });
});

test('what is wrong otherwise is said at once, also beside a port that was taken', async () => {
  const alone = await start({ api: [BROKEN] });
  expect([alone.outcome, alone.timesOf('api')]).toEqual([{ error: BROKEN }, 1]);
  const beside = await start({ 'bank-sandbox': [TAKEN], api: [BROKEN] });
  expect(beside.timesOf('bank-sandbox')).toBe(1);
  expect(beside.outcome).toEqual({ error: BROKEN });
});

test('a machine on which every port is taken ends the attempts', async () => {
  const { outcome, timesOf } = await start({ 'bank-sandbox': Array<Error>(9).fill(TAKEN) });
  expect([outcome, timesOf('bank-sandbox')]).toEqual([{ error: TAKEN }, 5]);
});
