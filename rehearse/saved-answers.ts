import { isObject, type JsonObject } from './json';
import type { OpenApiClient } from './openapi-client';

/** A case as far as the player must know it; everything else in it is for the scenario. */
export type CaseAnswer = JsonObject & { id: string; state: string };

/** Whether an answer is a Case: nothing else has all of these. */
export function isCase(answer: unknown): answer is CaseAnswer {
  return isObject(answer) && typeof answer.id === 'string' && typeof answer.state === 'string' && 'number' in answer && 'awaiting' in answer;
}

/** The case's own clock in milliseconds since the epoch, or undefined for a case without one. */
export function caseClock(answer: CaseAnswer): number | undefined {
  const now = typeof answer.now === 'string' ? Date.parse(answer.now) : NaN;
  return Number.isNaN(now) ? undefined : now;
}

interface Saved {
  answer: unknown;
  savedBy: string | null;
}

/** A saved case could not be read again by the user who saved it. */
export class CaseNotReadable extends Error {
  override readonly name = 'CaseNotReadable';
}

/** What the scenario's steps saved, by name. A case is always given in its newest state. */
export class SavedAnswers {
  private readonly byName = new Map<string, Saved>();

  constructor(private readonly client: OpenApiClient) {}

  save(name: string, answer: unknown, savedBy: string | null): void {
    // Saving a name again moves it to the end: the order tells which case was saved last.
    this.byName.delete(name);
    this.byName.set(name, { answer, savedBy });
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  savedBy(name: string): string | null {
    return this.byName.get(name)?.savedBy ?? null;
  }

  /** Of the saved cases that have a clock, the name of the one saved last. */
  findCurrentCase(): string | undefined {
    return this.caseNames().findLast((name) => {
      const answer = this.byName.get(name)?.answer;
      return isCase(answer) && caseClock(answer) !== undefined;
    });
  }

  /** Names of the saved cases, oldest first. */
  caseNames(): string[] {
    return [...this.byName].filter(([, { answer }]) => isCase(answer)).map(([name]) => name);
  }

  isCase(name: string): boolean {
    return isCase(this.byName.get(name)?.answer);
  }

  /** The saved answer's `id`, whatever kind of answer it is. */
  findId(name: string): string | undefined {
    const answer = this.byName.get(name)?.answer;
    return isObject(answer) && typeof answer.id === 'string' ? answer.id : undefined;
  }

  /**
   * The saved answer; a case is read again first.
   *
   * @param as reads the case; left out, whoever saved it
   * @throws CaseNotReadable when the service does not give the case to that user
   */
  async newest(name: string, as: string | null = this.savedBy(name)): Promise<unknown> {
    const saved = this.byName.get(name);
    if (!saved || !isCase(saved.answer)) return saved?.answer;
    const { status, body } = await this.client.call({ operation: 'getCase', as, caseId: saved.answer.id });
    if (!isCase(body)) {
      const code = isObject(body) && typeof body.code === 'string' ? ` ${body.code}` : '';
      throw new CaseNotReadable(`getCase of "${name}" as ${as ?? 'nobody'} answered ${status}${code}`);
    }
    saved.answer = body;
    return body;
  }

  /** The newest answers of these names, as references look them up; a name that was not saved is left out. */
  async newestOf(names: Iterable<string>): Promise<Map<string, unknown>> {
    const answers = new Map<string, unknown>();
    for (const name of names) if (this.has(name)) answers.set(name, await this.newest(name));
    return answers;
  }
}
