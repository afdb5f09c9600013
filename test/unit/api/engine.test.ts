import { Metadata, status } from '@grpc/grpc-js';
import { Connection, ServiceError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { CaseEngine, EngineAway } from '../../../api/engine';
import { engineClient } from '../../../infra/temporal/engine-client';
import { NO_PAYLOADS } from '../../../infra/temporal/payload-codec';

let connection: Connection;
let client: ReturnType<typeof engineClient>;
let engine: CaseEngine;
beforeAll(() => {
  connection = Connection.lazy({ address: '127.0.0.1:9' }); // nobody is called
  client = engineClient(connection, 'default', NO_PAYLOADS);
  engine = new CaseEngine(client, 'cases');
});
afterAll(() => connection.close());

/** As the client passes on what the engine has answered. */
function answered(code: status, details: string): Promise<never> {
  const cause = Object.assign(new Error(details), { code, details, metadata: new Metadata() });
  return Promise.reject(new ServiceError('Workflow Update failed', { cause }));
}

/** Found by the chaos test (seed 7): commands were answered 500 for a while after a kill of engine and worker. */
test('a case whose tasks have failed while workers died is away, and not a fault of the service', async () => {
  const failing = engine.within(() => answered(status.FAILED_PRECONDITION, 'Unable to perform workflow execution update due to Workflow Task in failed state.'));
  await expect(failing).rejects.toBeInstanceOf(EngineAway);
});

/** Found by the chaos test, each time as an answer 500: by seed 11, and by storms in which the engine's shards move. */
test.each([
  ['the engine has thrown away, because more came in meanwhile', () => answered(status.FAILED_PRECONDITION, 'Unable to perform workflow execution update due to unexpected workflow task failure.')],
  ['the worker has taken for the forgotten one in whose place it came', () => Promise.reject(new WorkflowUpdateFailedError('Workflow Update failed', ApplicationFailure.nonRetryable("it wasn't processed by worker", 'UnprocessedUpdate')))],
])('a command in a workflow task that %s is sent again; whatever else is asked then, the case is away', async (_which, executeUpdate) => {
  const handle = { ...client.workflow.getHandle('case-one'), executeUpdate };
  const asked = jest.spyOn(client.workflow, 'getHandle').mockReturnValue(handle as never);
  await expect(engine.send('one', 'recordVisit', { commandId: 'c', actor: null, facts: {}, recordVersion: 1 }, 0)).resolves.toBe('again');
  await expect(engine.untilQuiet('one')).rejects.toBeInstanceOf(EngineAway);
  await expect(engine.turnPage('one', {})).rejects.toBeInstanceOf(EngineAway);
  asked.mockRestore();
});

test('an engine that cannot be reached is away; what it refuses for another reason is told as it is', async () => {
  await expect(engine.within(() => answered(status.UNAVAILABLE, 'no connection'))).rejects.toBeInstanceOf(EngineAway);
  await expect(engine.within(() => answered(status.FAILED_PRECONDITION, 'time skipping is off'))).rejects.toBeInstanceOf(ServiceError);
});
