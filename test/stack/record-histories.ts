import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { SealingCodec } from '../../infra/temporal/payload-codec';
import { until } from '../../infra/until';
import { CASE_TASK_QUEUE, caseWorkflowId, turnPageUpdate, type PageReply } from '../../workflows/case/messages';
import { CaseRestarts } from '../../api/case-restart';
import { CaseEngine } from '../../api/engine';
import { ReferenceTables } from '../../api/reference-tables';
import type { CaseView } from '../../api/schemas/case';
import { CaseWalk } from './case-walk';
import { codecOf, engineAccess } from './engine-access';
import { HISTORY_SERIES, personalInHistories } from './history-canaries';
import { opened, writeHistory, type History } from './history-files';
import { OwnService } from './own-service';
import { asFile, sampleApplications, type SampleChoice } from './sample-application';

/**
 * Records golden histories: `node --import tsx test/stack/record-histories.ts [names…]`, with a service of its own; without
 * names all of them.
 *
 * New ones for a phase that is new. Old ones are recorded anew only with a change that may break running cases, such as
 * before the first release: what is recorded here is what every later version must still be able to replay.
 */
async function main(): Promise<void> {
  const own = await OwnService.start();
  const keys = await own.keys();
  const { connection, client } = await engineAccess(own.service.temporal, keys);
  try {
    const engine = new CaseEngine(client, CASE_TASK_QUEUE);
    const restarts = new CaseRestarts(own.pool, engine, await ReferenceTables.load(own.pool));
    await new Recorder(own, client, codecOf(keys, 'read'), restarts, process.argv.slice(2)).all();
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
    private readonly codec: SealingCodec,
    private readonly restarts: CaseRestarts,
    private readonly wanted: readonly string[],
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
    await this.fileLives();
    await this.keepPages();
    await this.keepTurned();
    await this.keep('started-anew', WUXI, async (walk) => {
      await walk.until(isOpen);
      await this.restarts.startAnew(walk.caseId);
      await walk.untilState('upperReview');
    });
  }

  /** The years after: every wait of a file's life. */
  private async fileLives(): Promise<void> {
    const dueOf = (view: CaseView) => Date.parse(`${view.recheck?.nextDueOn ?? ''}T09:00:00+08:00`);
    const days = (count: number) => count * 86_400_000;
    const active = async (walk: CaseWalk) => dueOf(await walk.untilState('active'));
    await this.keep('active-recheck-open', WUXI, async (walk) => walk.advance((await active(walk)) - days(20)));
    await this.keep('active-recheck-escalated', WUXI, async (walk) => walk.advance((await active(walk)) + days(40)));
    await this.keep('active-campaign-open', BOZHOU, async (walk) => walk.advance((await active(walk)) - days(20)));
    await this.keep('exiting', WUXI, (walk) => walk.untilState('exiting'));
    await this.keep('exiting-notice', WUXI, async (walk) => this.refusedWithoutReason(walk));
    await this.keep('exit-stopped', WUXI, async (walk) => {
      await walk.untilState('exiting');
      await walk.does('refuseExit', walk.clerk, { validReason: true, reason: '本人患病' });
    });
    await this.keep('phaseOut', WUXI, (walk) => walk.untilState('phaseOut'));
    await this.keep('phaseOut-relapse', WUXI, async (walk) => {
      await walk.untilState('phaseOut');
      await walk.does('reportRelapse', walk.clerk, { cause: 'majorIllness', about: '再次患病' });
    });
    await this.keep('closed', WUXI, (walk) => walk.untilState('closed'));
    await this.keepFile('imported', WUXI, '2023-11-20');
    await this.keepFile('imported-campaign', BOZHOU, '2023-05-10');
  }

  private async refusedWithoutReason(walk: CaseWalk): Promise<void> {
    const { hardshipFile } = await walk.untilState('exiting');
    const handler = `${hardshipFile?.ownerOrgId ?? ''}.handler`;
    await walk.does('refuseExit', walk.clerk, { validReason: false, reason: '不愿退出' });
    await walk.does('confirmExit', walk.clerk, { by: 'grassroots' });
    await walk.does('verifyExit', handler, { by: 'reviewingUnion', finding: '达到退档标准' });
    await walk.does('verifyExit', walk.clerk, { by: 'unitOrCommunityUnion', finding: '达到退档标准' });
    await walk.does('postNotice', handler, { kind: 'exit', medium: 'noticeBoard', place: 'employer' });
  }

  private async keepFile(name: string, choice: SampleChoice, establishedOn: string): Promise<void> {
    const walk = await CaseWalk.importFile(this.own.client, asFile(this.sample(choice), establishedOn));
    writeHistory(name, await this.historyOf(walk));
    console.log(`${name}: ${(await walk.now()).state}`);
  }

  private async keep(name: string, choice: SampleChoice, walkThere: (walk: CaseWalk) => Promise<unknown>): Promise<void> {
    const household = this.sample(choice);
    if (!this.isWanted(name)) return;
    const walk = await CaseWalk.submit(this.own.client, household);
    await walkThere(walk);
    writeHistory(name, await this.historyOf(walk));
    console.log(`${name}: ${(await walk.now()).state}`);
    this.own.signal('bank-sandbox', 'SIGCONT');
  }

  /** A run that was full, and the one that went on from it. */
  private async keepPages(): Promise<void> {
    const household = this.sample(WUXI);
    if (!this.isWanted('run-full') && !this.isWanted('run-continued')) return;
    const walk = await CaseWalk.submit(this.own.client, household);
    await walk.until(isOpen);
    const first = await this.runOf(walk);
    while ((await this.runOf(walk)) === first) await walk.does('addMaterials', walk.clerk, { items: [{ kind: 'medicalBill' }] });
    await this.object(walk);
    writeHistory('run-full', await this.historyOf(walk, first));
    writeHistory('run-continued', await this.historyOf(walk));
  }

  /** A run that ended because it was asked to, in the middle of an open notice. */
  private async keepTurned(): Promise<void> {
    const household = this.sample(WUXI);
    if (!this.isWanted('page-turned')) return;
    const walk = await CaseWalk.submit(this.own.client, household);
    await walk.until(isOpen);
    const first = await this.runOf(walk);
    await this.engine.workflow.getHandle(caseWorkflowId(walk.caseId)).executeUpdate<PageReply, []>(turnPageUpdate);
    await until(async () => (await this.runOf(walk)) !== first || undefined, { withinMs: 20_000 });
    writeHistory('page-turned', await this.historyOf(walk, first));
  }

  private isWanted(name: string): boolean {
    return this.wanted.length === 0 || this.wanted.includes(name);
  }

  private async runOf(walk: CaseWalk): Promise<string> {
    return (await this.engine.workflow.getHandle(caseWorkflowId(walk.caseId)).describe()).runId;
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

  /** As it would be if nothing were sealed: what is kept here must be read by whoever has no keys. */
  private async historyOf(walk: CaseWalk, runId?: string): Promise<History> {
    return opened(this.codec, await this.engine.workflow.getHandle(caseWorkflowId(walk.caseId), runId).fetchHistory());
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
