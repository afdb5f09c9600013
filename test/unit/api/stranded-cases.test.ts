import type { FastifyBaseLogger } from 'fastify';
import type { CaseRestarts } from '../../../api/case-restart';
import type { CaseVersion, CaseVersions } from '../../../api/case-versions';
import { StrandedCases } from '../../../api/stranded-cases';

const MINUTE_MS = 60_000;

/** Cases by the version they are on; a case that is started anew is on the current one. */
class Engine {
  cases = new Map<string, CaseVersion>();
  served = new Set<string>();
  current: string | undefined = 'new';
  failing = new Set<string>();
  startedAnew: string[] = [];

  readonly versions = {
    served: () => Promise.resolve(this.served),
    deployment: () => Promise.resolve({ current: this.current, versions: [] }),
    versionOf: (caseId: string) => Promise.resolve(this.cases.get(caseId) ?? 'ended'),
    openElsewhere: (served: Set<string>) => this.list((version) => typeof version === 'object' && !served.has(version.buildId)),
    openUnversioned: () => this.list((version) => version === 'unversioned'),
  } as unknown as CaseVersions;

  readonly restarts = {
    startAnew: (caseId: string) => {
      if (this.failing.has(caseId)) return Promise.reject(new Error('the database is away'));
      this.startedAnew.push(caseId);
      this.cases.set(caseId, { buildId: this.current ?? '' });
      return Promise.resolve(true);
    },
  } as unknown as CaseRestarts;

  private async *list(isIn: (version: CaseVersion) => boolean): AsyncGenerator<string> {
    for (const [caseId, version] of this.cases) if (isIn(version)) yield await Promise.resolve(caseId);
  }
}

let engine: Engine;
let stranded: StrandedCases | undefined;
const log = { warn: () => undefined } as unknown as FastifyBaseLogger;

beforeEach(() => {
  jest.useFakeTimers();
  engine = new Engine();
  engine.cases = new Map<string, CaseVersion>([['a', { buildId: 'old' }], ['b', { buildId: 'new' }], ['c', 'unversioned'], ['d', 'ended']]);
  engine.served = new Set(['new']);
});
afterEach(() => {
  stranded?.stop();
  jest.useRealTimers();
});

async function look(unservedForMs: number, forMs: number): Promise<string[]> {
  stranded = new StrandedCases(engine.versions, engine.restarts, unservedForMs, log);
  stranded.start();
  await jest.advanceTimersByTimeAsync(forMs);
  return engine.startedAnew;
}

test('without other workers than ours, cases of other versions and of none are started anew at the first look, each once', async () => {
  expect((await look(0, MINUTE_MS)).sort()).toEqual(['a', 'c']);
});

test('a case of a version that a worker serves is left alone', async () => {
  engine.served.add('old');
  expect(await look(0, MINUTE_MS)).toEqual(['c']);
});

test('while no worker of the current version is there, nothing is moved: nobody could go on with it', async () => {
  engine.served = new Set(['other']);
  expect(await look(0, MINUTE_MS)).toEqual([]);
  engine.served = new Set(['new']);
  await jest.advanceTimersByTimeAsync(MINUTE_MS);
  expect(engine.startedAnew.sort()).toEqual(['a', 'c']);
});

test('where others may run workers, a version must have been without one for the whole time; one that comes back keeps its cases', async () => {
  engine.cases.delete('c');
  expect(await look(5 * MINUTE_MS, 4 * MINUTE_MS)).toEqual([]);
  engine.served.add('old');
  await jest.advanceTimersByTimeAsync(MINUTE_MS);
  engine.served.delete('old');
  await jest.advanceTimersByTimeAsync(4 * MINUTE_MS);
  expect(engine.startedAnew).toEqual([]);
  await jest.advanceTimersByTimeAsync(2 * MINUTE_MS);
  expect(engine.startedAnew).toEqual(['a']);
});

test('a case that cannot be started anew does not keep the others from it, and is tried again', async () => {
  engine.failing.add('a');
  expect(await look(0, MINUTE_MS)).toEqual(['c']);
  engine.failing.clear();
  await jest.advanceTimersByTimeAsync(MINUTE_MS);
  expect(engine.startedAnew).toEqual(['c', 'a']);
});
