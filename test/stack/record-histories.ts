import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { until } from '../../infra/until';
import { caseWorkflowId } from '../../workflows/case/messages';
import type { CaseView } from '../../api/schemas/case';
import { CaseWalk } from './case-walk';
import { HISTORY_SERIES, personalInHistories } from './history-canaries';
import { writeHistory, type History } from './history-files';
import { OwnService } from './own-service';
import { sampleApplications, type SampleChoice } from './sample-application';

/**
 * Records the golden histories anew: `node --import tsx test/stack/record-histories.ts`, with a service of its own.
 *
 * Only for a change that may break running cases, such as before the first release: what is recorded here is what every
 * later version must still be able to replay.
 */
async function main(): Promise<void> {
  const own = await OwnService.start();
  const connection = await Connection.connect({ address: own.service.temporal.address });
  try {
    const recorder = new Recorder(own, new Client({ connection, namespace: own.service.temporal.namespace }));
    await recorder.all();
  } finally {
    await connection.close();
    await own.stop();
  }
  const personal = personalInHistories();
  if (personal.length > 0) throw new Error(`the histories hold personal data: ${personal.join(', ')}`);
}

const WUXI: SampleChoice = { place: 'wuxi', startsAt: '2024-03-04T09:00:00+08:00' };
const BOZHOU: SampleChoice = { place: 'bozhou', startsAt: '2024-03-04T09:00:00+08:00' };
const isOpen = (view: CaseView) => view.notices.some((notice) => notice.closedOn === null);

class Recorder {
  private readonly sample = sampleApplications(HISTORY_SERIES);

  constructor(
    private readonly own: OwnService,
    private readonly engine: Client,
  ) {}

  async all(): Promise<void> {
    for (const state of ['intake', 'visit', 'preliminaryReview', 'notice1', 'upperReview', 'notice2', 'planning', 'collectiveApproval', 'disbursement', 'active'] as const) {
      await this.keep(state, WUXI, (walk) => walk.untilState(state));
    }
    await this.keep('notice1-objection', WUXI, async (walk) => {
      await walk.until(isOpen);
      await this.object(walk);
    });
    await this.keep('notice1-objection-dismissed', WUXI, async (walk) => {
      await walk.until(isOpen);
      const objectionId = await this.object(walk);
      await walk.does('resolveObjection', walk.clerk, { kind: 'first', objectionId, outcome: 'dismissed', finding: '不属实' });
      await walk.untilState('upperReview');
    });
    await this.keep('rejected', WUXI, async (walk) => {
      await walk.until(isOpen);
      const objectionId = await this.object(walk);
      await walk.does('resolveObjection', walk.clerk, { kind: 'first', objectionId, outcome: 'sustained', finding: '属实' });
    });
    await this.keep('withdrawn', WUXI, async (walk) => {
      await walk.untilState('visit');
      await walk.does('withdrawApplication', walk.clerk, { reason: '本人撤回' });
    });
    await this.keep('returned', WUXI, async (walk) => {
      await walk.untilState('notice1');
      await walk.does('returnForCorrection', walk.clerk, { reason: '补正' });
    });
    await this.keep('planning-comparison', BOZHOU, (walk) => walk.untilState('planning'));
    await this.keep('disbursement-bank', WUXI, (walk) => this.untilTheBankIsAsked(walk));
    await this.keepPages();
  }

  private async keep(name: string, choice: SampleChoice, walkThere: (walk: CaseWalk) => Promise<unknown>): Promise<void> {
    const walk = await CaseWalk.submit(this.own.client, this.sample(choice));
    await walkThere(walk);
    writeHistory(name, await this.historyOf(walk));
    console.log(`${name}: ${(await walk.now()).state}`);
    this.own.signal('bank-sandbox', 'SIGCONT');
  }

  /** A run that was full, and the one that went on from it. */
  private async keepPages(): Promise<void> {
    const walk = await CaseWalk.submit(this.own.client, this.sample(WUXI));
    await walk.until(isOpen);
    const first = (await this.engine.workflow.getHandle(caseWorkflowId(walk.caseId)).describe()).runId;
    const running = async () => (await this.engine.workflow.getHandle(caseWorkflowId(walk.caseId)).describe()).runId;
    while ((await running()) === first) await walk.does('addMaterials', walk.clerk, { items: [{ kind: 'medicalBill' }] });
    await this.object(walk);
    writeHistory('run-full', await this.historyOf(walk, first));
    writeHistory('run-continued', await this.historyOf(walk));
  }

  private async object(walk: CaseWalk): Promise<string> {
    const { objectionId } = await this.own.client.done<{ objectionId: string }>({
      operation: 'raiseObjection',
      as: null,
      caseId: walk.caseId,
      input: { kind: 'first', about: '有异议' },
      key: randomUUID(),
    });
    return objectionId;
  }

  /** The bank has taken the money order and stands still before it says what became of it. */
  private async untilTheBankIsAsked(walk: CaseWalk): Promise<void> {
    await walk.until((view) => view.payments.some(({ state }) => state === 'sent'));
    const isAsked = async () => {
      const { events } = await this.historyOf(walk);
      return events?.some((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'collectBankAnswers') === true || undefined;
    };
    await until(isAsked, { withinMs: 5_000, everyMs: 5 });
    this.own.signal('bank-sandbox', 'SIGSTOP');
    const { state } = await walk.now();
    if (state !== 'disbursement') throw new Error('the bank was faster; record again');
  }

  private historyOf(walk: CaseWalk, runId?: string): Promise<History> {
    return this.engine.workflow.getHandle(caseWorkflowId(walk.caseId), runId).fetchHistory();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
