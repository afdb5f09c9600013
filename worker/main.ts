import { createServer } from 'node:http';
import { DefaultLogger, Runtime, type LogLevel } from '@temporalio/worker';
import { connect } from '../store/db';
import { EnvironmentReader } from '../infra/environment';
import { createCaseWorker } from './case-worker';

/** Connections to the record: one per step that is being written at the same time. */
const RECORD_CONNECTIONS = 20;

/** Runs a worker as a process of its own until SIGTERM; what it is doing then is finished first. */
async function main(): Promise<void> {
  const read = new EnvironmentReader(process.env);
  const databaseUrl = read.required('DATABASE_URL');
  const address = read.required('TEMPORAL_ADDRESS');
  const namespace = read.text('TEMPORAL_NAMESPACE') ?? 'default';
  const bankUrl = read.required('BANK_URL');
  const port = read.port('WORKER_PORT') ?? 0;
  if (read.mistakes.length > 0) throw new Error(read.mistakes.join('; '));

  Runtime.install({ logger: new DefaultLogger((read.text('LOG_LEVEL') ?? 'warn').toUpperCase() as LogLevel) });
  const pool = connect(databaseUrl, RECORD_CONNECTIONS);
  const worker = await createCaseWorker({ temporal: { address, namespace }, pool, bankUrl });
  const health = createServer((_request, response) => {
    response.statusCode = worker.getState() === 'RUNNING' ? 200 : 503;
    response.end();
  }).listen(port, '127.0.0.1');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => worker.shutdown());
  await worker.run();
  health.close();
  await pool.end();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
