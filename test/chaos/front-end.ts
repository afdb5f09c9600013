import { setTimeout as pause } from 'node:timers/promises';
import type { CaseView } from '../../api/schemas/case';
import { isObject } from '../../rehearse/json';
import type { KeyedAnswer, KeyedCall, KeyedClient } from '../stack/keyed-client';
import { nameOf, type Command, type Entry, type Ledger, type Told } from './ledger';
import type { Random } from './random';
import type { Stage } from './stage';

/** A front end that has waited this long for one answer is looking at a service that does not come back. */
const PATIENCE_MS = 180_000;
const AGAIN_AFTER_MS = 400;

/** The service did not come back in time. */
export class GaveUp extends Error {
  override readonly name = 'GaveUp';
}

/**
 * A front end as it should be: it repeats a request under the same key until it is answered, at whichever address serves,
 * and writes down what it was told.
 */
export class FrontEnd {
  constructor(
    private readonly stage: Stage,
    private readonly ledger: Ledger,
    private readonly random: Random,
  ) {}

  /** Sends a command until it is answered. */
  async send(command: Command): Promise<Entry> {
    const entry = this.ledger.open(command);
    await this.repeat(entry);
    return entry;
  }

  /** Sends a command that was sent before, under its own key. */
  async repeat(entry: Entry): Promise<Told> {
    const told = toldBy(await this.untilAnswered(entry.command));
    this.ledger.answered(entry, told);
    return told;
  }

  /** Asks without writing anything down: for a request that is no command of its own. */
  async ask(command: Command): Promise<Told> {
    return toldBy(await this.untilAnswered(command));
  }

  /** Two windows of one front end send the same command at once, under one key. */
  async sendTwice(command: Command): Promise<Entry> {
    const entry = this.ledger.open(command);
    await Promise.all([this.repeat(entry), this.repeat(entry)]);
    return entry;
  }

  /** The case as it is. @throws Error when it cannot be read for a reason other than a service that is away */
  async read(caseId: string, as: string): Promise<CaseView> {
    const { status, body } = await this.untilAnswered({ operation: 'getCase', as, caseId });
    if (status !== 200) throw new Error(`case ${caseId} could not be read by ${as}: ${JSON.stringify(body)}`);
    return body as CaseView;
  }

  /** Moves a case's clock; where it stands already, nothing happens, so a repetition is safe without a key. */
  async advance(caseId: string, as: string, to: string): Promise<Told> {
    const told = toldBy(await this.untilAnswered({ operation: 'advanceSimulation', as, caseId, input: { to } }));
    this.ledger.count(told.status < 400 ? 'clock moved' : `clock refused ${String(told.code)}`);
    return told;
  }

  private async untilAnswered(call: KeyedCall): Promise<KeyedAnswer> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    while (Date.now() < giveUpAt) {
      const client = this.anyClient();
      const answer = await client?.attempt(call);
      if (answer && answer.status < 500) return answer;
      this.note(call, answer);
      await pause(AGAIN_AFTER_MS * (1 + this.random.next()));
    }
    throw new GaveUp(`${call.operation} on case ${call.caseId ?? 'new'} was not answered within ${PATIENCE_MS / 1000} s`);
  }

  /** Any address that a load balancer might choose. */
  private anyClient(): KeyedClient | undefined {
    const { clients } = this.stage;
    return clients.length > 0 ? this.random.pick(clients) : undefined;
  }

  /** Silence and 503 are what a front end has to expect; any other failure of the service's own is a fault. */
  private note(call: KeyedCall, answer: KeyedAnswer | undefined): void {
    this.ledger.count(answer ? `answered ${answer.status}` : 'no answer');
    if (!answer || (answer.status === 503 && answer.retryAfter !== null)) return;
    this.ledger.fault(`${call.key === undefined ? call.operation : nameOf(call as Command)} was answered ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}

function toldBy({ status, body }: KeyedAnswer): Told {
  if (status >= 400) return { status, code: body.code };
  const version = typeof body.version === 'number' ? body.version : undefined;
  return { status, id: isObject(body) ? (body.id ?? body.objectionId) : undefined, version };
}
