import { Connection } from '@temporalio/client';
import { EnvironmentReader } from '../infra/environment';
import { connect } from '../store/db';
import { CASE_TASK_QUEUE } from '../workflows/case/messages';
import { CaseCommands } from './case-commands';
import { CaseOpenings } from './case-opening';
import { CaseReader } from './case-reader';
import { CaseSimulation } from './case-simulation';
import { CrashRecovery } from './crash-recovery';
import { CaseEngine } from './engine';
import { ReferenceTables } from './reference-tables';
import { buildServer } from './server';

const RECORD_CONNECTIONS = 20;

/** Runs the API as a process of its own until SIGTERM; requests that are under way are answered first. */
async function main(): Promise<void> {
  const read = new EnvironmentReader(process.env);
  const databaseUrl = read.required('DATABASE_URL');
  const address = read.required('TEMPORAL_ADDRESS');
  const namespace = read.text('TEMPORAL_NAMESPACE') ?? 'default';
  const host = read.text('HOST') ?? '127.0.0.1';
  const port = read.port('PORT') ?? 3000;
  const isSimulationOn = read.onOff('SIMULATION') ?? false;
  const logLevel = read.text('LOG_LEVEL') ?? 'info';
  if (read.mistakes.length > 0) throw new Error(read.mistakes.join('; '));

  const pool = connect(databaseUrl, RECORD_CONNECTIONS);
  const connection = await Connection.connect({ address });
  const engine = new CaseEngine(connection, namespace, CASE_TASK_QUEUE);
  const tables = await ReferenceTables.load(pool);
  const openings = new CaseOpenings(pool, engine, tables, isSimulationOn);
  const app = await buildServer(
    {
      pool,
      tables,
      openings,
      reader: new CaseReader(pool, tables),
      commands: new CaseCommands(pool, engine, tables),
      simulation: new CaseSimulation(pool, engine, isSimulationOn),
      isEngineServing: () => engine.within((service) => service.getSystemInfo({})),
    },
    logLevel,
  );

  const recovery = new CrashRecovery(pool, engine, openings, app.log);
  const stop = async () => {
    recovery.stop();
    await app.close();
    await connection.close();
    await pool.end();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop().catch(fail));
  await app.listen({ host, port });
  recovery.start();
}

function fail(error: unknown): void {
  console.error(error);
  process.exitCode = 1;
}

main().catch(fail);
