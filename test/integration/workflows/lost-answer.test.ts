import { randomUUID } from 'node:crypto';
import { CaseCommands, type IncomingCommand } from '../../../api/case-commands';
import { CaseReader } from '../../../api/case-reader';
import { Confirmations } from '../../../api/confirmations';
import { CaseEngine, type CommandOutcome } from '../../../api/engine';
import { ReferenceTables } from '../../../api/reference-tables';
import { until } from '../../../infra/until';
import { findCommandByKey } from '../../../store/command.store';
import { connect } from '../../../store/db';
import { ScopedRecords } from '../../../store/scoped-records';
import { findUsers } from '../../../store/user.store';
import { CASE_TASK_QUEUE, caseWorkflowId, type CommandMessage } from '../../../workflows/case/messages';
import { CaseWalk } from '../../stack/case-walk';
import { engineAccess } from '../../stack/engine-access';
import { KeyedClient } from '../../stack/keyed-client';
import { sampleApplications } from '../../stack/sample-application';
import { testKeys, testStack } from '../../stack/test-stack';

jest.setTimeout(120_000);
const sample = sampleApplications(89);

/** An engine whose first answer to a command is lost on its way, and that is asked again only after this. */
class LosesItsFirstAnswer extends CaseEngine {
  meanwhile: () => Promise<void> = () => Promise.resolve();

  override async send(caseId: string, command: string, message: CommandMessage, attempt: number): Promise<CommandOutcome> {
    const outcome = await super.send(caseId, command, message, attempt);
    if (attempt > 0) return outcome;
    await this.meanwhile();
    return 'again';
  }
}

/** Found by the chaos test, where an engine that had died asked a bank in between: the answer named the version of the last step, and a repetition the right one. */
test('a command that is sent again to the next run of its case is answered with the version of its own step', async () => {
  const { url, password, databaseUrl, temporalAddress, temporalNamespace } = testStack();
  const pool = connect(databaseUrl, 3);
  const people = new ScopedRecords(databaseUrl, 1);
  const keys = await testKeys(pool);
  const { connection, client } = await engineAccess({ address: temporalAddress, namespace: temporalNamespace }, keys);
  const faults: unknown[] = [];
  const confirmations = new Confirmations(pool, (error) => faults.push(error));
  try {
    const walk = await CaseWalk.submit(await KeyedClient.connect(url, password), sample());
    const [clerk] = await findUsers(pool, [walk.clerk]);
    if (!clerk) throw new Error(`nobody is called ${walk.clerk}`);
    const engine = new LosesItsFirstAnswer(client, CASE_TASK_QUEUE);
    const tables = await ReferenceTables.load(pool);
    const commands = new CaseCommands(pool, keys, new CaseReader(pool, people, keys, tables), engine, tables, confirmations);
    const runId = async () => (await client.workflow.getHandle(caseWorkflowId(walk.caseId)).describe()).runId;
    engine.meanwhile = async () => {
      const before = await runId();
      expect(await engine.turnPage(walk.caseId, {})).toBe('turns');
      await until(async () => ((await runId()) === before ? undefined : true), { withinMs: 20_000 });
      await walk.does('addMaterials', walk.clerk, { items: [{ kind: 'medicalBill' }] });
    };

    const items = [{ kind: 'wageVoucher' as const }];
    const incoming: IncomingCommand<'addMaterials'> = { command: 'addMaterials', caseId: walk.caseId, user: clerk, body: { items }, facts: () => ({ items }), idempotencyKey: randomUUID() };
    const answer = await commands.carryOut(incoming);
    const row = await findCommandByKey(pool, clerk.id, incoming.idempotencyKey ?? '');
    expect(row).toMatchObject({ state: 'accepted', resultVersion: answer.version });
    expect((await walk.now()).version).toBeGreaterThan(answer.version);
    expect(await commands.carryOut(incoming)).toEqual({ ...answer, isRepeat: true });
    expect(faults).toEqual([]);
  } finally {
    await confirmations.stop();
    await connection.close();
    await people.end();
    await pool.end();
  }
});
