import { endOfDay, formatInstant } from '../../domain/calendar-date';
import { until } from '../../infra/until';
import type { CaseView } from '../../api/schemas/case';
import type { JsonObject } from '../../rehearse/json';
import type { SampleApplication } from '../../test/stack/sample-application';
import type { Caller } from '../stack/caller';
import { leavingCommands } from './leaving';
import { commandOn, type Operation } from './stages';

/** Far from midnight, where notices close. */
const NINE_HOURS_MS = 9 * 3_600_000;

/** One case that is walked along the chart; it knows itself by the answers to its commands, so nothing is read in between. */
export class BenchCase {
  private view: CaseView | undefined;
  private disbursementId: string | undefined;

  constructor(
    private readonly caller: Caller,
    private readonly application: SampleApplication,
  ) {}

  get id(): string {
    return this.current.id;
  }

  /** The case as the last answer showed it. */
  get current(): CaseView {
    if (!this.view) throw new Error('the case was not opened yet');
    return this.view;
  }

  /** Sends one command. @returns ms until its answer was there @throws Error when it is refused */
  async command(operation: Operation): Promise<number> {
    if (operation === 'submitApplication') {
      const { clerk, body } = this.application;
      return this.take(await this.caller.onCase({ operation, as: clerk, input: body }));
    }
    const call = { ...commandOn({ view: this.current, disbursementId: this.disbursementId }, operation), caseId: this.id };
    // Preparing and releasing money are answered with the disbursement.
    return isAboutMoney(operation) ? this.takeDisbursement(await this.caller.done(call)) : this.take(await this.caller.onCase(call));
  }

  /** Moves the case's clock past its open notice, where it goes on by itself. */
  async passNotice(): Promise<void> {
    const open = this.current.notices.find((notice) => notice.closedOn === null);
    if (!open) throw new Error(`case ${this.id} has no open notice`);
    const input = { to: formatInstant(endOfDay(open.closesOn) + NINE_HOURS_MS) };
    this.take(await this.caller.onCase({ operation: 'advanceSimulation', as: this.application.clerk, caseId: this.id, input }));
  }

  /** Leaves the file for good. */
  async leave(): Promise<void> {
    const { clerk, body } = this.application;
    for (const command of leavingCommands(this.current, clerk, body.household as JsonObject)) this.take(await this.caller.onCase({ ...command, caseId: this.id }));
  }

  /** Waits until the case is in a state that it reaches by itself, such as after the bank's answer. */
  async untilIn(state: CaseView['state']): Promise<void> {
    const isThere = async () => {
      this.take(await this.caller.onCase({ operation: 'getCase', as: this.application.clerk, caseId: this.id }));
      return this.current.state === state || undefined;
    };
    await until(isThere, { withinMs: 60_000, everyMs: 100 });
  }

  private take({ view, tookMs }: { view: CaseView; tookMs: number }): number {
    this.view = view;
    return tookMs;
  }

  private takeDisbursement({ body, tookMs }: { body: unknown; tookMs: number }): number {
    this.disbursementId = (body as { id: string }).id;
    return tookMs;
  }
}

function isAboutMoney(operation: Operation): boolean {
  return operation === 'prepareDisbursement' || operation === 'releaseDisbursement';
}
