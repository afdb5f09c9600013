import type { CaseView } from '../../../api/schemas/case';
import type { ApplicationInput } from '../../../api/schemas/application';
import { givenApplication, householdOf, LIANGXI, type ApplicationChoice, type Figures } from './application';
import { untilTrue } from './until';
import type { HardshipClass } from '../../../domain/hardship-class-names';
import type { Json, Reply, RequestHeaders, ServiceClient } from './service-client';

/** A disbursement as `prepareDisbursement` and `releaseDisbursement` answer it. */
export interface DisbursementView {
  id: string;
  state: string;
  preparedBy: string;
  releasedBy: string | null;
  items: { paymentId: string; amountFen: number; state: string; reason: string | null }[];
}

/** Commands and the words that carry them through when nothing is amiss; what a case needs to know of itself comes from `walked`. */
const USUAL = {
  acceptApplication: () => ({}),
  recordVisit: (walked) => ({
    visitedOn: walked.today(),
    visitors: [
      { name: '走访员一', kind: 'unionCadre' },
      { name: '走访员二', kind: 'volunteer' },
    ],
    fourClear: { family: '家庭成员属实', cause: '致困原因属实', need: '生活救助', aidReceived: '无其他帮扶' },
  }),
  decidePreliminaryReview: () => ({ decision: 'pass', opinion: '情况属实' }),
  postNotice: ({ view }) => {
    const kind = view.state === 'exiting' ? 'exit' : view.state === 'notice2' ? 'second' : 'first';
    return { kind, medium: 'noticeBoard', place: kind === 'second' ? 'sameLevelMedia' : 'employer' };
  },
  recordComparison: () => ({ result: 'consistent' }),
  decideUpperReview: () => ({ decision: 'pass', opinion: '同意' }),
  proposeAidPlan: () => ({ items: [{ aidType: 'living', amountFen: 300_000 }] }),
  decideCollectively: (walked) => ({
    planId: walked.view.aidPlans.at(-1)?.id ?? '',
    heldOn: walked.today(),
    votes: walked.votes(),
    minutes: '会议纪要',
  }),
  prepareDisbursement: ({ view }) => ({ paymentIds: view.payments.filter(({ state }) => state === 'planned' || state === 'returned').map(({ id }) => id) }),
  signAuthorization: (walked) => ({ signers: walked.application.household.members.map(({ memberNo }) => memberNo), signedOn: walked.today() }),
  withdrawAuthorization: (walked) => ({ memberNos: [1], withdrawnOn: walked.today() }),
  addMaterials: () => ({ items: [{ kind: 'medicalBill' }] }),
  returnForCorrection: () => ({ reason: '补充收入证明' }),
  withdrawApplication: () => ({ reason: '申请人主动撤回' }),
  changeAidLevel: () => ({ monthlyLivingAidFen: 80_000 }),
  recordRecheck: (walked) => ({ doneOn: walked.today(), visitedOn: walked.today(), outcome: 'keep' }),
  updateFile: () => ({ visit: true, note: '入户更新' }),
  notifyExit: () => ({}),
  confirmExit: () => ({ by: 'worker' }),
  refuseExit: () => ({ validReason: false, reason: '本人不同意退档' }),
  verifyExit: () => ({ by: 'reviewingUnion', finding: '核实达到退档标准' }),
  concludeExit: () => ({}),
  recordFollowUp: (walked) => ({ metOn: walked.today(), finding: '生活稳定' }),
  reportRelapse: () => ({ cause: '患重病', about: '收入中断' }),
  dismissRelapse: () => ({ reason: '走访未发现返困' }),
  reopenFile: ({ view }) => ({ hardshipClass: view.hardshipClass ?? 'relative', reason: '返困' }),
} satisfies Record<string, (walked: WalkedCase) => Json>;

export type UsualCommand = keyof typeof USUAL;

/** A file that existed before. `by`: who imports it; `fields`: parts of the household's papers that differ from the usual. */
export interface ImportChoice extends Omit<ApplicationChoice, 'figures'> {
  by?: string;
  hardshipClass?: HardshipClass;
  establishedOn?: string;
  fields?: Partial<ApplicationInput>;
}

/** What an import says, from the papers of an application. */
export function importOf(
  { applicant, employer, residence, household, bankAccount, simulation }: ApplicationInput,
  file: { hardshipClass: HardshipClass; establishedOn: string; monthlyLivingAidFen?: number },
): Json {
  return { applicant, employer, residence, household, bankAccount, simulation, ...file };
}

/** One case that a test leads along the chart, with the newest state it has seen. Every person acts by the session of the case's own unions. */
export class WalkedCase {
  private constructor(
    readonly client: ServiceClient,
    readonly application: ApplicationInput,
    /** The clerk of the grassroots union. */
    readonly clerk: string,
    /** The case as it was last seen. */
    public view: CaseView,
  ) {}

  /** Files an application; further fields replace those of the usual one. */
  static async submit(client: ServiceClient, choice: ApplicationChoice = {}, fields: Partial<ApplicationInput> = {}): Promise<WalkedCase> {
    const application = { ...givenApplication(choice), ...fields };
    const clerk = `${application.employer?.orgId ?? application.residence.communityOrgId ?? ''}.clerk`;
    const { body } = await accepted(client.call<CaseView>('submitApplication', clerk, { ...application }));
    return new WalkedCase(client, application, clerk, body);
  }

  /** A case that somebody else has filed with these papers. */
  static lead(client: ServiceClient, application: ApplicationInput, view: CaseView): WalkedCase {
    return new WalkedCase(client, application, `${view.grassrootsOrgId}.clerk`, view);
  }

  /** Imports a file that existed before, by a person of the county union unless somebody else is named. */
  static async importFile(client: ServiceClient, choice: ImportChoice = {}): Promise<WalkedCase> {
    const { at = LIANGXI, by = `${at.county}.handler`, hardshipClass = 'relative', establishedOn = '2023-11-13', fields = {}, ...rest } = choice;
    const application = { ...givenApplication({ at, figures: hardshipClass, ...rest }), ...fields };
    const { body } = await accepted(client.call<CaseView>('importFile', by, importOf(application, { hardshipClass, establishedOn })));
    return new WalkedCase(client, application, at.clerk, body);
  }

  /** A case that followed another one, led on with the papers of the first. */
  static resume(client: ServiceClient, { application, clerk }: WalkedCase, view: CaseView): WalkedCase {
    return new WalkedCase(client, application, clerk, view);
  }

  get id(): string {
    return this.view.id;
  }

  /** The case's business date. */
  today(): string {
    return this.view.now.slice(0, 10);
  }

  /** Who the case waits for to do this, e.g. `wx-liangxi.handler`; of a command that comes in kinds, this kind. @throws Error when it does not wait for it */
  whoIsAwaited(command: string, kind?: unknown): string {
    const awaited = [...this.view.awaiting, ...this.view.possible].find((a) => a.command === command && (a.kind === null || kind === undefined || a.kind === kind));
    if (!awaited) throw new Error(`case ${this.id} (${this.view.state}) does not wait for ${command}`);
    return `${awaited.orgId}.${awaited.role}`;
  }

  /** Sends a command in its usual words, some of them replaced, and gives the answer whatever it is. */
  send<Body = CaseView>(command: string, as: string | null, fields: Json = {}, headers: RequestHeaders = {}): Promise<Reply<Body>> {
    return this.client.call<Body>(command, as, { caseId: this.id, ...fields }, headers);
  }

  /** Carries out a command by whoever is awaited for it, and takes over the case that it answers. */
  async does(command: UsualCommand, fields: Json = {}, as: string = this.whoIsAwaited(command, fields.by)): Promise<CaseView> {
    const { body } = await accepted(this.send<unknown>(command, as, { ...this.usual(command), ...fields }));
    if (command === 'prepareDisbursement') return this.look();
    return (this.view = body as CaseView);
  }

  usual(command: UsualCommand): Json {
    return USUAL[command](this);
  }

  async look(as: string = this.clerk): Promise<CaseView> {
    const { body } = await accepted(this.send('getCase', as));
    return (this.view = body);
  }

  /** Moves the case's own clock to 09:00 of a day, or to an instant. */
  async advanceTo(day: string): Promise<CaseView> {
    const { body } = await accepted(this.send('advanceSimulation', this.clerk, { to: day.length > 10 ? day : `${day}T09:00:00+08:00` }));
    return (this.view = body);
  }

  /** Posts the notice that is due and lets its period pass without an objection. */
  async passesNotice(): Promise<CaseView> {
    await this.does('postNotice');
    return this.advanceTo(dayAfter(this.view.notices.at(-1)?.closesOn ?? ''));
  }

  /** Somebody from the public objects to the notice that is open. @returns the objection's id */
  async objects(kind: 'first' | 'second' | 'exit'): Promise<string> {
    const { body } = await accepted(this.send<{ objectionId: string }>('raiseObjection', null, { kind, about: '反映情况不实' }));
    await this.look();
    return body.objectionId;
  }

  /** The finding on an objection, by whoever is awaited for it. */
  async finds(kind: 'first' | 'second' | 'exit', objectionId: string, outcome: 'sustained' | 'dismissed'): Promise<CaseView> {
    const { body } = await accepted(this.send('resolveObjection', this.whoIsAwaited('resolveObjection'), { kind, objectionId, outcome, finding: '经核实' }));
    return (this.view = body);
  }

  /** The household as a recheck, a visit or an update finds it now: the same people, other figures. */
  household(figures: Figures): Json {
    const { members } = this.application.household;
    const { annualIncomeFen, ...costs } = householdOf(figures);
    return { members: members.map(({ idNumber: _same, name: _too, ...member }) => (member.relation === 'self' ? { ...member, annualIncomeFen } : member)), ...costs };
  }

  /** Takes the chart's way, without a detour, until the case is in this state. */
  async walkTo(state: CaseView['state']): Promise<CaseView> {
    while (this.view.state !== state) await this.takeNextStep();
    return this.view;
  }

  /** The group's votes: the head's and those of three members, all the same. */
  votes(vote: 'for' | 'against' = 'for'): { user: string; vote: string }[] {
    return ['head', 'leader', 'member1', 'member2'].map((role) => ({ user: `${this.view.hardshipFile?.ownerOrgId ?? this.view.reviewerOrgId ?? ''}.${role}`, vote }));
  }

  /** Prepares all payments that are due. */
  async preparesDisbursement(): Promise<DisbursementView> {
    const finance = this.whoIsAwaited('prepareDisbursement');
    const { body } = await accepted(this.send<DisbursementView>('prepareDisbursement', finance, this.usual('prepareDisbursement')));
    await this.look();
    return body;
  }

  async releasesDisbursement({ id }: { id: string }): Promise<DisbursementView> {
    const treasurer = `${this.view.hardshipFile?.ownerOrgId ?? ''}.treasurer`;
    const { body } = await accepted(this.client.call<DisbursementView>('releaseDisbursement', treasurer, { disbursementId: id }));
    await this.look();
    return body;
  }

  /** Reads the case again until it is as wanted: for what arrives by itself. */
  async becomes(isWanted: (view: CaseView) => boolean): Promise<CaseView> {
    await untilTrue(async () => isWanted(await this.look()), () => `case ${this.id} stays in ${this.view.state}`);
    return this.view;
  }

  private async takeNextStep(): Promise<void> {
    const [awaited] = this.view.awaiting;
    if (!awaited) throw new Error(`case ${this.id} waits for nobody in ${this.view.state}`);
    switch (awaited.command) {
      case 'acceptApplication':
        if (!this.view.authorization.complete) await this.does('signAuthorization');
        await this.does('acceptApplication');
        return;
      case 'postNotice':
        await this.passesNotice();
        return;
      case 'prepareDisbursement':
        await this.releasesDisbursement(await this.preparesDisbursement());
        await this.becomes(({ payments }) => payments.every(({ state }) => state === 'paid' || state === 'returned'));
        return;
      default:
        await this.does(awaited.command as UsualCommand);
    }
  }
}

/** A case that has been led to this state. */
export async function givenCase(
  client: ServiceClient,
  state: CaseView['state'],
  choice: ApplicationChoice = {},
  fields: Partial<ApplicationInput> = {},
): Promise<WalkedCase> {
  const walked = await WalkedCase.submit(client, choice, fields);
  await walked.walkTo(state);
  return walked;
}

export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

async function accepted<Body>(sent: Promise<Reply<Body>>): Promise<Reply<Body>> {
  const reply = await sent;
  if (reply.status >= 300) throw new Error(`expected to be accepted, was answered ${reply.status}: ${JSON.stringify(reply.body)}`);
  return reply;
}
