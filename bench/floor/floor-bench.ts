import { Client, Connection } from '@temporalio/client';
import type { PartRun } from '../part';
import type { BenchService } from '../stack/bench-service';
import { createFloorTable } from './floor-activities';
import { FloorLife } from './floor-life';
import { startFloorWorker, type FloorProcess } from './floor-process';

/** The floor beside a running service: its worker, and a client that sends Updates without anything in between. */
export class FloorBench {
  private constructor(
    private readonly worker: FloorProcess,
    private readonly client: Client,
  ) {}

  /** Starts the floor for one part of the benchmark; it is stopped at the part's end. */
  static async start({ service, pool }: BenchService, { signal, onEnd }: Pick<PartRun, 'signal' | 'onEnd'>): Promise<FloorBench> {
    const { address, namespace } = service.temporal;
    await createFloorTable(pool);
    const worker = await startFloorWorker({ DATABASE_URL: service.databaseUrl, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace });
    onEnd(() => worker.stop());
    const connection = await Connection.connect({ address });
    // Not when interrupted: the client throws from a timer when a call that is under way finds its connection closed.
    onEnd(async () => {
      if (!signal.aborted) await connection.close();
    });
    return new FloorBench(worker, new Client({ connection, namespace }));
  }

  get pid(): number {
    return this.worker.pid;
  }

  /** A new workflow that takes so many Updates. */
  life(updates: number): FloorLife {
    return new FloorLife(this.client, updates);
  }
}
