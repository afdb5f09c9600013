import type { FastifyBaseLogger } from 'fastify';
import type { CaseRestarts } from './case-restart';
import type { CaseVersions } from './case-versions';

const EVERY_MS = 5_000;
/** While cases are being moved, the next look comes at once. */
const SOON_MS = 100;
const CASES_A_LOOK = 200;
const CASES_AT_ONCE = 4;

/** A case without a version that was begun more recently than this is just being begun. */
const BEGUN_MS = 60_000;
const UNVERSIONED = '';

/**
 * Starts cases anew whose code is gone: pinned to a version that no worker serves any more, they would wait for ever. In
 * the embedded stack that is every open case after a start with changed workflow code. Cases of before there were versions
 * are among them: whether the code of today goes on where they stand, nobody knows.
 */
export class StrandedCases {
  private readonly unservedSince = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  /** @param unservedForMs how long a version must have been without workers before its cases are taken from it */
  constructor(
    private readonly versions: CaseVersions,
    private readonly restarts: CaseRestarts,
    private readonly unservedForMs: number,
    private readonly log: FastifyBaseLogger,
  ) {}

  /** Looks at once and then again and again; a look that fails is repeated by the next one. */
  start(): void {
    void this.lookAgain();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private async lookAgain(): Promise<void> {
    const moved = await this.look().catch((error: unknown) => {
      this.log.warn({ err: error }, 'cases whose version no worker serves could not be looked for; it will be tried again');
      return 0;
    });
    if (moved > 0) this.log.warn({ cases: moved }, 'cases whose version no worker serves any more were started anew from their record');
    if (!this.isStopped) this.timer = setTimeout(() => void this.lookAgain(), moved > 0 ? SOON_MS : EVERY_MS);
  }

  /** @returns how many cases were started anew */
  private async look(): Promise<number> {
    const served = await this.versions.served();
    for (const buildId of this.unservedSince.keys()) if (served.has(buildId)) this.unservedSince.delete(buildId);
    const found = await firstOf([this.versions.openElsewhere(served), this.versions.openUnversioned(Date.now() - BEGUN_MS)], CASES_A_LOOK);
    if (found.length === 0) return 0;
    const { current } = await this.versions.deployment();
    if (current === undefined || !served.has(current)) return 0; // nobody is there to take them: a worker is only starting, or away
    let moved = 0;
    const next = found.values();
    const moveTheNext = async () => {
      for (const caseId of next) if (!this.isStopped && (await this.move(caseId, served))) moved++;
    };
    await Promise.all(Array.from({ length: CASES_AT_ONCE }, moveTheNext));
    return moved;
  }

  /** The engine's lists lag: the case itself says whether it is still stranded. One that cannot be moved must not keep the others from it. */
  private async move(caseId: string, served: ReadonlySet<string>): Promise<boolean> {
    try {
      const version = await this.versions.versionOf(caseId);
      if (version === 'ended') return false;
      const buildId = version === 'unversioned' ? UNVERSIONED : version.buildId;
      if (served.has(buildId)) return false;
      const since = this.unservedSince.get(buildId) ?? Date.now();
      this.unservedSince.set(buildId, since);
      return Date.now() - since >= this.unservedForMs && (await this.restarts.startAnew(caseId));
    } catch (error) {
      this.log.warn({ err: error, caseId }, 'a case whose version no worker serves could not be started anew; it will be tried again');
      return false;
    }
  }
}

async function firstOf<T>(lists: AsyncIterable<T>[], limit: number): Promise<T[]> {
  const first: T[] = [];
  for (const list of lists) {
    for await (const item of list) {
      if (first.length === limit) return first;
      first.push(item);
    }
  }
  return first;
}
