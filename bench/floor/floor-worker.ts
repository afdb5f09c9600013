import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { EnvironmentReader } from '../../infra/environment';
import { connect } from '../../store/db';
import { WORKER_CAPACITY } from '../../worker/case-worker';
import { createFloorActivities } from './floor-activities';
import { FLOOR_TASK_QUEUE } from './messages';

/** As many as the worker of the cases has. */
const RECORD_CONNECTIONS = 20;

/** The floor's worker, a process of its own like that of the cases and with the same settings; it ends with whoever started it. */
async function main(): Promise<void> {
  const read = new EnvironmentReader(process.env);
  const pool = connect(read.required('DATABASE_URL'), RECORD_CONNECTIONS);
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const worker = await Worker.create({
    ...WORKER_CAPACITY,
    connection: await NativeConnection.connect({ address: read.required('TEMPORAL_ADDRESS') }),
    namespace: read.required('TEMPORAL_NAMESPACE'),
    taskQueue: FLOOR_TASK_QUEUE,
    workflowsPath: require.resolve('./floor-workflow'),
    activities: createFloorActivities(pool),
  });
  process.once('disconnect', () => worker.shutdown());
  process.send?.('ready');
  await worker.run();
  await pool.end();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
