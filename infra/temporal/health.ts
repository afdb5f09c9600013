import { connect } from 'node:net';
import { Connection } from '@temporalio/client';

const FRONTEND = 'temporal.api.workflowservice.v1.WorkflowService';
const SERVING = 1; // grpc.health.v1.HealthCheckResponse.ServingStatus

/** Whether a Temporal frontend answers at `address` and calls itself healthy. */
export async function isServing(address: string): Promise<boolean> {
  // A gRPC channel waits a second after a refused connection; a bare socket tells at once.
  if (!(await accepts(address))) return false;
  const connection = Connection.lazy({ address, connectTimeout: '5s' });
  try {
    const { status } = await connection.withDeadline(Date.now() + 5_000, () => connection.healthService.check({ service: FRONTEND }));
    const code: number = status;
    return code === SERVING;
  } catch {
    return false; // up and not ready: the caller asks again and names the server's own last words when time is up
  } finally {
    await connection.close();
  }
}

/** Whether anybody listens at `host:port`. */
export function accepts(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...hostAndPort(address), timeout: 5_000 });
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true));
    socket.once('timeout', () => answer(false));
    socket.once('error', () => answer(false));
  });
}

/** `host:port` in its parts, an address of IP version 6 without its brackets. */
export function hostAndPort(address: string): { host: string; port: number } {
  const { hostname, port } = new URL(`tcp://${address}`);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
}
