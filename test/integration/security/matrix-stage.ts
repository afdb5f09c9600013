import sharp from 'sharp';
import type { Pool } from 'pg';
import { isEnd } from '../../../domain/case-facts';
import { connect } from '../../../store/db';
import { freshPhone, type Telephone } from '../given/applicant';
import { APPROVER, destruction, givenDue, PROPOSER } from '../given/destruction';
import { freshPerson } from '../given/id-number';
import { importsOf } from '../given/import-batch';
import { givenHousehold, importList } from '../given/import-list';
import { ServiceClient, type Json } from '../given/service-client';
import type { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';
import { Applicants, telephoneOf } from './applicants';
import { Asker } from './asker';
import { atOnce } from './at-once';
import type { About, Row } from './matrix-table';
import { People, type Person, type World } from './people';
import { recordOf } from './record-of';
import { RATING } from './requests';
import { caseIn, papersOfOne, SITUATIONS } from './situations';

const SCOPES = ['recordComparison', 'getCase', 'listCases', 'listCaseEvents', 'getCaseProcess', 'getHardshipFile', 'listTasks', 'listOrganisations', 'assessHousehold', 'checkMaterials', 'computeNoticePeriod'];

type Ids = Record<string, string>;

/** Everybody who asks, and everything that is asked about. */
export class Stage {
  readonly applicants = new Applicants();
  /** Cases in their situations; some operations have one of their own, so that it stays as it is for the others. */
  readonly cases = new Map<string, WalkedCase>();
  /** Cases that their applicants have rated. */
  readonly rated = new Set<string>();
  machines: Record<string, Person> = {};
  /** Whose sessions served a moment ago: somebody at work, and an applicant. */
  sentAway: Person[] = [];
  /** What the lines are about that are about no case in its situation. */
  objects: Partial<Record<About, { walked?: WalkedCase; ids: Ids }>> = {};
  /** What lies in the case of the upper review of each world. */
  lying!: Record<World, Partial<Record<About, Ids>>>;
  /** Those who ask where no case is asked about: one with a case, and one with another case, who asks about all others as well. */
  others!: { p: Telephone; q: Telephone };

  private constructor(
    readonly pool: Pool,
    readonly picture: Buffer,
    readonly asker: Asker,
    readonly client: ServiceClient,
    readonly people: People,
  ) {}

  static async set(): Promise<Stage> {
    const { url, password, databaseUrl } = testStack();
    const pool = connect(databaseUrl, 4);
    const picture = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'white' } }).png().toBuffer();
    const [asker, client, people] = await Promise.all([Asker.connect(url), ServiceClient.connect({ url, password }), People.enter(pool, { url, password }, 'mx')]);
    const stage = new Stage(pool, picture, asker, client, people);
    await stage.fill();
    return stage;
  }

  private async fill(): Promise<void> {
    const places = (Object.keys(SITUATIONS) as World[]).flatMap((world) => SITUATIONS[world].map((situation) => ({ world, situation })));
    await atOnce(places, 6, async ({ world, situation }) => this.cases.set(`${world} ${situation}`, await this.ownCaseIn(world, situation)));
    this.machines = await this.givenMachines();
    this.others = { p: telephoneOf(this.cases.get('county visit')!), q: telephoneOf(await this.ownCaseIn('county', 'intake')) };
    this.sentAway = [await this.givenSentAway(), await this.givenSignedOut()];
    this.lying = { county: await this.laidDownIn('county'), city: await this.laidDownIn('city') };
    await atOnce([...this.cases.values()], 6, (walked) => this.rateIfPossible(walked));
    this.objects = await this.givenObjects();
  }

  ownCaseIn(world: World, situation: string): Promise<WalkedCase> {
    return caseIn(this.client, world, situation, papersOfOne(world, situation));
  }

  /** Everything that is on record of all this. */
  record(): Promise<Record<string, string>> {
    return recordOf(this.pool, [...this.cases.values(), ...Object.values(this.objects).flatMap(({ walked }) => walked ?? [])].map(({ id }) => id), this.people.names);
  }

  /** One whose scopes do, or do not, name the operation. */
  machineOf(letter: string, operation: string): Person {
    if (letter === 'o') return this.machines[operation === 'listOrganisations' ? 'counts' : 'lists']!;
    return this.machines[letter === 'w' ? 'with' : 'stranger']!;
  }

  /** A link lasts a minute: a line about one has one of its own, for the handler's session. */
  async refresh({ about }: Row): Promise<void> {
    if (about !== 'link') return;
    const { url } = await this.done<{ url: string }>('createDownloadLink', this.handlerOf('county').token, { caseId: this.cases.get('county upperReview')?.id, ...this.lying.county.document });
    this.objects.link = { ids: { token: url.split('/').at(-1) ?? '' } };
  }

  /** One more hold on a case: it is lifted once. */
  async placeHold(world: World, caseId: string | undefined): Promise<Ids> {
    const { id } = await this.done<{ id: string }>('placeLegalHold', this.handlerOf(world).token, { caseId, reason: 'audit' });
    return { holdId: id };
  }

  private handlerOf(world: World): Person {
    return this.people.of(world, 'own', 'h')[0]!;
  }

  /** What must be carried out before anybody can ask. @throws Error when it is not */
  private async done<Body>(operation: string, token: string | undefined, input: Json, file?: Buffer): Promise<Body> {
    const { status, text } = await this.asker.ask(operation, token, input, { file });
    if (status >= 300) throw new Error(`${operation} answered ${status} ${text}`);
    return JSON.parse(text) as Body;
  }

  private async givenMachines(): Promise<Record<string, Person>> {
    const made = async (name: string, letter: string, orgId: string, scopes: string[]): Promise<[string, Person]> => {
      const { status, body } = await this.client.call<{ token: string }>('createMachineClient', `${orgId}.admin`, { name, orgId, scopes, expiresInDays: 1 });
      if (status !== 201) throw new Error(`createMachineClient answered ${status} ${JSON.stringify(body)}`);
      return [name, { name, group: 'machine', letter, orgId, token: body.token }];
    };
    return Object.fromEntries([
      await made('with', 'w', 'wx-liangxi', SCOPES),
      await made('stranger', 'x', 'bz-qiaocheng', SCOPES),
      await made('lists', 'o', 'wx-liangxi', ['listOrganisations']),
      await made('counts', 'o', 'wx-liangxi', ['computeNoticePeriod']),
    ]);
  }

  /** Somebody who was at work a moment ago: the same token served. */
  private async givenSentAway(): Promise<Person> {
    const name = this.people.nameOf('wx-liangxi', 'sentAway');
    const token = this.people.token(name);
    const caseId = this.cases.get('county visit')?.id;
    expect((await this.asker.ask('getCase', token, { caseId })).status).toBe(200);
    expect((await this.client.call('disableUser', 'wx-liangxi.admin', { userName: name })).status).toBe(200);
    return { name: 'sentAway', group: 'nobody', letter: 'r', token };
  }

  /** An applicant who has signed out on another device, with the token that served a moment ago. */
  private async givenSignedOut(): Promise<Person> {
    const who = { phone: freshPhone(), idNumber: freshPerson().idNumber };
    const token = await this.applicants.token(who);
    expect((await this.asker.ask('listCases', token, {})).status).toBe(200);
    expect((await this.asker.ask('signOutEverywhere', await this.applicants.freshToken(who), {})).status).toBeLessThan(300);
    return { name: 'signedOut', group: 'nobody', letter: 'r', token };
  }

  /** By the applicant, where the money has arrived or the case has ended. */
  private async rateIfPossible(walked: WalkedCase): Promise<void> {
    const { state, payments } = walked.view;
    if (!isEnd(state) && !payments.some((payment) => payment.state === 'paid')) return;
    await this.done('rateService', await this.applicants.token(telephoneOf(walked)), { caseId: walked.id, ...RATING });
    this.rated.add(walked.id);
  }

  /** A paper that the union brought in, one of the applicant's, and a hold. */
  private async laidDownIn(world: World): Promise<Stage['lying'][World]> {
    const walked = this.cases.get(`${world} upperReview`)!;
    const paperOf = async (token: string | undefined) => (await this.done<{ id: string }>('uploadDocument', token, { caseId: walked.id, kind: 'idCard' }, this.picture)).id;
    return {
      document: { documentId: await paperOf(this.handlerOf(world).token) },
      ownPaper: { documentId: await paperOf(await this.applicants.token(telephoneOf(walked))) },
      hold: await this.placeHold(world, walked.id),
    };
  }

  /** A case whose personal data two people have ended. */
  private async givenDestroyed(): Promise<WalkedCase> {
    const walked = await givenDue(this.client, this.pool);
    for (const [step, as] of [['proposeDestruction', PROPOSER], ['approveDestruction', APPROVER]] as const) {
      const { status, body } = await destruction(this.client, step, as, walked);
      if (status !== 200) throw new Error(`${step} answered ${status} ${JSON.stringify(body)}`);
    }
    return walked;
  }

  private async givenObjects(): Promise<Stage['objects']> {
    const { people } = this;
    const { url, password } = testStack();
    const handler = this.handlerOf('county');
    const [bystander, standIn] = [people.nameOf('wx-liangxi', 'bystander'), people.nameOf('wx-liangxi', 'standIn')];
    const spare = await people.freshToken(handler.name);
    const sessions = await this.done<{ items: { id: string; isCurrent: boolean }[] }>('listSessions', spare, {});
    const machine = await this.client.call<{ client: { id: string } }>('createMachineClient', 'wx-liangxi.admin', { name: 'other', orgId: 'wx-liangxi', scopes: ['getCase'], expiresInDays: 1 });
    const batch = await (await importsOf('wx-liangxi.handler', { url, password })).client.upload('list.xlsx', await importList([givenHousehold('MX-1')]));
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const delegation = await this.done<{ id: string }>('delegateDuties', people.token(bystander), { toUser: standIn, fromOn: today, untilOn: today, roles: ['handler'] });
    const [task, near, left] = await Promise.all([this.ownCaseIn('county', 'upperReviewCompared'), this.ownCaseIn('county', 'visit'), this.ownCaseIn('county', 'closed')]);
    const person = { userName: bystander, userId: bystander };
    return {
      nothing: { ids: {} },
      union: { ids: {} },
      user: { ids: person },
      person: { ids: { fromUser: bystander, toUser: standIn, delegationId: delegation.id } },
      session: { ids: { sessionId: sessions.items.find(({ isCurrent }) => isCurrent)?.id ?? '' } },
      client: { ids: { clientId: machine.body.client.id } },
      batch: { ids: { batchId: batch.id } },
      task: { walked: task, ids: { taskId: task.view.awaiting[0]?.task ?? '', toUser: handler.name } },
      nearCase: { walked: near, ids: {} },
      left: { walked: left, ids: {} },
      destroyed: { walked: await this.givenDestroyed(), ids: {} },
    };
  }
}
