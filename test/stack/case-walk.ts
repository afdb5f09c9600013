import { randomUUID } from 'node:crypto';
import { endOfDay, formatInstant, shanghaiDateAt, type PlainDate } from '../../domain/calendar-date';
import { until } from '../../infra/until';
import type { CaseView } from '../../api/schemas/case';
import type { JsonObject } from '../../rehearse/json';
import type { KeyedClient } from './keyed-client';
import type { SampleApplication, SampleFile } from './sample-application';

export const FOUR_CLEAR = { family: '走访核实', cause: '与申请一致', need: '生活救助', aidReceived: '无' };
export const VISITORS = [
  { name: '走访员一', kind: 'unionCadre' },
  { name: '走访员二', kind: 'volunteer' },
];
/** The same household, earning too much for any class. */
export const LIFTED_OUT = {
  members: [
    { memberNo: 1, relation: 'self', annualIncomeFen: 20_000_000 },
    { memberNo: 2, relation: 'spouse', annualIncomeFen: 0 },
    { memberNo: 3, relation: 'child', annualIncomeFen: 0 },
  ],
  rigidExpenses: { medicalFen: 0, educationFen: 0, disabilityFen: 0, housingFen: 0, employmentFen: 0, otherFen: 0 },
};
/** Far from midnight, where notices close: business days begin here. */
export const NINE_HOURS_MS = 9 * 3_600_000;

/** A command as it was sent, under a key of its own. */
export interface Sent {
  operation: string;
  as: string;
  caseId: string;
  input: JsonObject;
  key: string;
}

/** Walks one case along the chart, each step by whoever it belongs to. Everything happens on the case's own today. */
export class CaseWalk {
  /** Commands that were answered as carried out. */
  readonly acknowledged: Sent[] = [];
  /** The command whose answer is awaited, or never came. */
  underWay: Sent | undefined;

  private constructor(
    private readonly client: KeyedClient,
    readonly clerk: string,
    readonly caseId: string,
  ) {}

  static async submit(client: KeyedClient, { clerk, body }: SampleApplication): Promise<CaseWalk> {
    const opened = await client.done({ operation: 'submitApplication', as: clerk, input: body });
    return new CaseWalk(client, clerk, opened.id);
  }

  /** A file that existed before, handed over by the handler of its county. */
  static async importFile(client: KeyedClient, { clerk, handler, body }: SampleFile): Promise<CaseWalk> {
    const opened = await client.done({ operation: 'importFile', as: handler, input: body });
    return new CaseWalk(client, clerk, opened.id);
  }

  /** The same case, through a service that was started again. */
  through(client: KeyedClient): CaseWalk {
    return new CaseWalk(client, this.clerk, this.caseId);
  }

  now(): Promise<CaseView> {
    return this.client.getCase(this.caseId, this.clerk);
  }

  /** Takes step after step until the case is there. */
  async until(isThere: (view: CaseView) => boolean): Promise<CaseView> {
    for (let steps = 0; steps < 30; steps++) {
      const view = await this.now();
      if (isThere(view)) return view;
      await this.step(view);
    }
    throw new Error(`case ${this.caseId} does not get there; it is in ${(await this.now()).state}`);
  }

  untilState(state: CaseView['state']): Promise<CaseView> {
    return this.until((view) => view.state === state);
  }

  /** The next step of the plain way to the money. */
  async step(view: CaseView): Promise<void> {
    const clerk = `${view.grassrootsOrgId}.clerk`;
    const reviewer = (role: string) => `${view.reviewerOrgId ?? ''}.${role}`;
    const handler = reviewer('handler');
    const owner = (role: string) => `${view.hardshipFile?.ownerOrgId ?? ''}.${role}`;
    const today = shanghaiDateAt(Date.parse(view.now));
    const isAwaited = (command: string) => view.awaiting.some((awaiting) => awaiting.command === command);

    switch (view.state) {
      case 'intake':
        await this.does('signAuthorization', clerk, { signers: [1, 2], signedOn: today });
        return this.does('acceptApplication', clerk, {});
      case 'visit':
        return this.does('recordVisit', clerk, { visitedOn: today, visitors: VISITORS, fourClear: FOUR_CLEAR });
      case 'preliminaryReview':
        return this.does('decidePreliminaryReview', clerk, { decision: 'pass', opinion: '情况属实' });
      case 'notice1':
        if (!isAwaited('postNotice')) return this.pastNotice(view);
        return this.does('postNotice', clerk, { kind: 'first', medium: 'noticeBoard', place: 'employer' });
      case 'notice2':
        if (!isAwaited('postNotice')) return this.pastNotice(view);
        return this.does('postNotice', handler, { kind: 'second', medium: 'officialAccount', place: 'sameLevelMedia' });
      case 'upperReview':
        if (isAwaited('recordComparison')) return this.does('recordComparison', handler, { result: 'consistent' });
        return this.does('decideUpperReview', handler, { decision: 'pass', opinion: '同意' });
      case 'planning':
        if (isAwaited('recordComparison')) return this.does('recordComparison', handler, { result: 'consistent' });
        return this.does('proposeAidPlan', handler, { items: [{ aidType: 'living', amountFen: 420_000 }] });
      case 'collectiveApproval':
        return this.does('decideCollectively', reviewer('head'), approval(view, today));
      case 'disbursement':
        return this.moneyStep(view);
      case 'active':
        if (isAwaited('notifyExit')) return this.does('notifyExit', owner('handler'), {});
        return this.does('recordRecheck', clerk, { doneOn: today, visitedOn: today, outcome: 'liftOut', household: LIFTED_OUT });
      case 'exiting':
        return this.exitStep(view, clerk, owner('handler'));
      case 'phaseOut':
        await this.advance(endOfDay(view.phaseOut?.endsOn ?? today) + NINE_HOURS_MS);
        return;
      default:
        throw new Error(`there is no plain way on from ${view.state}`);
    }
  }

  /** Both confirm, as far as the profile asks them to; then the exit is concluded. */
  private exitStep({ awaiting }: CaseView, clerk: string, handler: string): Promise<void> {
    const by = awaiting.find(({ command }) => command === 'confirmExit')?.kind;
    return by ? this.does('confirmExit', clerk, { by }) : this.does('concludeExit', handler, { contactPerson: '联系人甲' });
  }

  async does(operation: string, as: string, input: JsonObject): Promise<void> {
    const sent = { operation, as, caseId: this.caseId, input, key: randomUUID() };
    this.underWay = sent;
    await this.client.done(sent);
    this.underWay = undefined;
    this.acknowledged.push(sent);
  }

  async advance(to: number): Promise<CaseView> {
    return this.client.done({ operation: 'advanceSimulation', as: this.clerk, caseId: this.caseId, input: { to: formatInstant(to) } });
  }

  private async pastNotice(view: CaseView): Promise<void> {
    const open = view.notices.find((notice) => notice.closedOn === null);
    if (!open) throw new Error(`case ${this.caseId} has no open notice`);
    await this.advance(endOfDay(open.closesOn) + NINE_HOURS_MS);
  }

  private async moneyStep(view: CaseView): Promise<void> {
    const owner = view.hardshipFile?.ownerOrgId ?? '';
    const prepared = view.disbursements.find(({ state }) => state === 'prepared');
    if (prepared) return this.does('releaseDisbursement', `${owner}.treasurer`, { disbursementId: prepared.id });
    const paymentIds = view.payments.filter(({ state }) => state === 'planned').map(({ id }) => id);
    if (paymentIds.length > 0) return this.does('prepareDisbursement', `${owner}.finance`, { paymentIds });
    await until(async () => (await this.now()).version > view.version || undefined, { withinMs: 30_000 }); // the bank's turn
  }
}

export function approval(view: CaseView, heldOn: PlainDate): JsonObject {
  const voters = ['head', 'leader', 'member1', 'member2'];
  return {
    planId: view.aidPlans.find(({ state }) => state === 'proposed')?.id,
    heldOn,
    votes: voters.map((role) => ({ user: `${view.reviewerOrgId ?? ''}.${role}`, vote: 'for' })),
    minutes: '会议纪要',
  };
}
