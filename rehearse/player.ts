import { businessDate, getInstant, toRfc3339 } from './business-time';
import { caseTimelines } from './case-timeline';
import { uncoveredOperations } from './coverage';
import { isObject, type JsonObject } from './json';
import { differences, type Difference } from './match';
import { type Answer, CallNotPossible, type OpenApiClient, ServiceUnreachable } from './openapi-client';
import { ReferenceNotFound, referencedNames, resolveReferences } from './references';
import { type ScenarioResult, type StepResult, wentWrong } from './result';
import { caseClock, CaseNotReadable, isCase, SavedAnswers } from './saved-answers';
import type { CheckStep, CommandStep, Scenario, Step, UntilStep } from './scenario';

export interface PlayOptions {
  /** Told about each step as soon as it is over. */
  onStep?: (step: StepResult) => void;
  /** How long an `until` step looks for what arrives by itself. Milliseconds. */
  untilMsMax?: number;
  untilEveryMs?: number;
}

/**
 * Plays one scenario against a running service and compares every answer with what the scenario says. All steps are
 * played, so that every difference is told; only a service that no longer answers ends the scenario early.
 *
 * @returns the verdict; differences, faults and operations the service lacks are in it, nothing is thrown for them
 */
export async function playScenario(scenario: Scenario, client: OpenApiClient, options: PlayOptions = {}): Promise<ScenarioResult> {
  const startedAt = performance.now();
  const { id, title } = scenario;
  const missingOperations = uncoveredOperations(scenario, client);
  if (missingOperations.length > 0) return { id, title, tookMs: 0, verdict: 'notYetCovered', missingOperations };

  const play = new Play(scenario, client, options);
  const steps = await play.all();
  const passed = !steps.some(wentWrong);
  const outcome = passed
    ? { verdict: 'passed' as const, steps }
    : { verdict: 'failed' as const, steps, stepsInAll: scenario.steps.length, timelines: await caseTimelines(play.saved, client) };
  return { id, title, tookMs: performance.now() - startedAt, ...outcome };
}

/** What a step came to, before it has a number and a date. */
type Outcome = Pick<StepResult, 'outcome' | 'differences'>;

class Play {
  readonly saved: SavedAnswers;
  /** The last user a step named; `as` sticks. */
  private actor: string | null = null;
  /** Latest business instant of the scenario so far. */
  private clock: number;
  /** A command was refused or accepted against the script: what should arrive by itself later is then not waited for. */
  private isOffCourse = false;

  constructor(
    private readonly scenario: Scenario,
    private readonly client: OpenApiClient,
    private readonly options: PlayOptions,
  ) {
    this.saved = new SavedAnswers(client);
    this.clock = getInstant(scenario.startsOn);
  }

  async all(): Promise<StepResult[]> {
    const results: StepResult[] = [];
    for (const [index, step] of this.scenario.steps.entries()) {
      const { result, isServiceGone } = await this.one(index + 1, step);
      results.push(result);
      this.options.onStep?.(result);
      if (isServiceGone) break;
    }
    return results;
  }

  private async one(number: number, step: Step): Promise<{ result: StepResult; isServiceGone: boolean }> {
    if (step.as !== undefined) this.actor = step.as;
    const head = { number, as: this.reader(step), what: describe(step) };
    try {
      const late = await this.moveClock(step);
      const { outcome, differences: found } = await ('do' in step ? this.command(step) : 'check' in step ? this.check(step) : this.until(step));
      return { result: { ...head, on: businessDate(this.clock), outcome, differences: [...late, ...found] }, isServiceGone: false };
    } catch (error) {
      if (!isFaultOfStep(error)) throw error;
      this.isOffCourse = true;
      const result = { ...head, on: businessDate(this.clock), outcome: 'not played', differences: [], fault: error.message };
      return { result, isServiceGone: error instanceof ServiceUnreachable };
    }
  }

  /** A check and a wait read as whoever saved the name, unless they name a user; a command is sent by the last user named. */
  private reader(step: Step): string | null {
    if ('do' in step || step.as !== undefined) return this.actor;
    return this.saved.savedBy('check' in step ? step.check : step.until);
  }

  /**
   * Moves the case the step is about (else the case saved last) to the step's `at`. Only forward: a case that is
   * already there stays.
   *
   * @returns the refusal as a difference: the step is then played too early and says so
   */
  private async moveClock(step: Step): Promise<Difference[]> {
    if (step.at === undefined) return [];
    const to = getInstant(step.at);
    this.clock = Math.max(this.clock, to);

    const name = this.caseOf(step);
    if (name === undefined) return [];
    const answer = await this.saved.newest(name);
    const now = isCase(answer) ? caseClock(answer) : undefined;
    if (now === undefined || now >= to) return [];

    const moved = await this.client.call({
      operation: 'advanceSimulation',
      as: this.saved.savedBy(name),
      caseId: this.saved.findId(name),
      input: { to: toRfc3339(to) },
    });
    if (moved.status < 400) return [];
    this.isOffCourse = true;
    return [{ path: 'advanceSimulation', expected: toRfc3339(to), got: moved.body }];
  }

  private caseOf(step: Step): string | undefined {
    const named = 'do' in step ? step.on : 'check' in step ? step.check : step.until;
    return named !== undefined && this.saved.isCase(named) ? named : this.saved.findCurrentCase();
  }

  private async command(step: CommandStep): Promise<Outcome> {
    if (step.on !== undefined && !this.saved.has(step.on)) throw new ReferenceNotFound(step.on, `nothing was saved as "${step.on}"`);
    const answer = await this.client.call({
      operation: step.do,
      as: this.actor,
      caseId: step.on === undefined ? undefined : this.saved.findId(step.on),
      input: { ...(await this.resolve(step.with)), ...(await this.simulation(step)) },
    });
    if (answer.status >= 400) return this.refused(step, answer);
    if (step.refused) {
      this.isOffCourse = true;
      return { outcome: stateOf(answer), differences: [{ path: '', expected: { refused: step.refused }, got: { status: answer.status } }] };
    }
    const expected = await this.resolve(step.expect ?? {});
    if (step.save !== undefined) this.saved.save(step.save, answer.body, this.actor);
    return { outcome: stateOf(answer), differences: differences(expected, answer.body) };
  }

  private async refused({ refused, expect }: CommandStep, { status, body }: Answer): Promise<Outcome> {
    const problem = isObject(body) ? { status, ...body } : { status, body };
    const outcome = `refused ${String('code' in problem ? problem.code : status)}`;
    if (refused) return { outcome, differences: differences(await this.resolve(refused), { ...problem, status }) };
    this.isOffCourse = true;
    return { outcome, differences: [{ path: '', expected: expect ?? 'accepted', got: problem }] };
  }

  /**
   * The body's `simulation`, for a command that makes a case: it takes one, and is not about a case that still runs.
   * So each case of a scenario starts on the scenario's own calendar: at the step's `at`, the first one else on
   * `startsOn`, a later one else where the scenario has got to.
   */
  private async simulation({ do: operation, at, on, with: input }: CommandStep): Promise<JsonObject> {
    if ('simulation' in input || this.client.findOperation(operation)?.accepts('simulation') !== true) return {};
    if (on !== undefined) {
      const about = await this.saved.newest(on);
      if (!isCase(about) || about.state !== 'closed') return {};
    }
    const hasCase = this.saved.caseNames().length > 0;
    return { simulation: { startsAt: toRfc3339(at !== undefined ? getInstant(at) : hasCase ? this.clock : getInstant(this.scenario.startsOn)) } };
  }

  private async check(step: CheckStep): Promise<Outcome> {
    this.mustBeSaved(step.check);
    const expected = await this.resolve(step.expect);
    return this.look(step.check, expected, this.reader(step));
  }

  private async until(step: UntilStep): Promise<Outcome> {
    this.mustBeSaved(step.until);
    const { untilMsMax = 30_000, untilEveryMs = 250 } = this.options;
    const givesUpAt = performance.now() + (this.isOffCourse ? 0 : untilMsMax);
    const expected = await this.resolve(step.expect);
    for (;;) {
      const seen = await this.look(step.until, expected, this.reader(step));
      if (seen.differences.length === 0 || performance.now() >= givesUpAt) return seen;
      await new Promise((resolve) => setTimeout(resolve, untilEveryMs));
    }
  }

  private async look(name: string, expected: JsonObject, as: string | null): Promise<Outcome> {
    const answer = await this.saved.newest(name, as);
    return { outcome: isCase(answer) ? answer.state : 'saved answer', differences: differences(expected, answer) };
  }

  private mustBeSaved(name: string): void {
    if (!this.saved.has(name)) throw new ReferenceNotFound(name, `nothing was saved as "${name}"`);
  }

  private async resolve(value: JsonObject): Promise<JsonObject> {
    return resolveReferences(value, await this.saved.newestOf(referencedNames(value))) as JsonObject;
  }
}

/** What keeps one step from being played, as opposed to a defect of the player. */
function isFaultOfStep(error: unknown): error is Error {
  return [ReferenceNotFound, CaseNotReadable, CallNotPossible, ServiceUnreachable].some((fault) => error instanceof fault);
}

function describe(step: Step): string {
  if ('do' in step) return step.do;
  return 'check' in step ? `check ${step.check}` : `until ${step.until}`;
}

function stateOf({ status, body }: Answer): string {
  return isObject(body) && typeof body.state === 'string' ? body.state : String(status);
}
