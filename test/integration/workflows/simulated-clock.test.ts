import { endOfDay, type PlainDate } from '../../../domain/calendar-date';
import type { CaseView } from '../../../api/schemas/case';
import { connect } from '../../../store/db';
import { CaseWalk } from '../../stack/case-walk';
import { KeyedClient } from '../../stack/keyed-client';
import { faultsInEngine } from '../../stack/record-check';
import { sampleApplications } from '../../stack/sample-application';
import { testKeys, testStack } from '../../stack/test-stack';

jest.setTimeout(180_000);
const CASES = 30;
const HOUR_MS = 3_600_000;
/** The service keeps this far from an instant at which a case acts by itself: a target nearer to it lies this much after it. */
const MARGIN_MS = 60_000;
/** How much later than asked for a clock may stand: it goes on in real time while the answer is on its way. Overshooting means days. */
const LATER_MS_MAX = 60_000;
const sample = sampleApplications(5);

const stack = testStack();
const pool = connect(stack.databaseUrl, 5);
let client: KeyedClient;
beforeAll(async () => {
  client = await KeyedClient.connect(stack.url, stack.password);
});
afterAll(() => pool.end());

/** First notices that end at a month's end, at a year's end, on a leap day, after a holiday with make-up working days. */
const STARTS = [
  { startsOn: '2024-04-24', closesOn: '2024-04-30' },
  { startsOn: '2024-12-24', closesOn: '2024-12-31' },
  { startsOn: '2024-12-25', closesOn: '2025-01-02' },
  { startsOn: '2024-02-22', closesOn: '2024-02-29' },
  { startsOn: '2024-09-24', closesOn: '2024-09-30' },
  { startsOn: '2024-09-29', closesOn: '2024-10-11' },
];

/** Where to jump, from the end of the notice's last day; and whether the notice is open there. */
const TARGETS = [
  { what: '09:00 of the last day', offsetMs: -15 * HOUR_MS, isOpen: true },
  { what: 'two minutes before the end', offsetMs: -2 * MARGIN_MS, isOpen: true },
  { what: '23:59:30 of the last day', offsetMs: -30_000, isOpen: false },
  { what: 'one second before the end', offsetMs: -1_000, isOpen: false },
  { what: 'the end itself', offsetMs: 0, isOpen: false },
  { what: 'one second after the end', offsetMs: 1_000, isOpen: false },
  { what: '09:00 of the next day', offsetMs: 9 * HOUR_MS, isOpen: false },
];

/** How far the clock may be from the target. */
function reached(view: CaseView, targetMs: number, dueMs: number): { earlierMs: number; laterMs: number } {
  const atMs = Date.parse(view.now);
  const laterMs = Math.abs(targetMs - dueMs) < MARGIN_MS ? atMs - (dueMs + MARGIN_MS) : atMs - targetMs;
  return { earlierMs: Math.max(0, targetMs - atMs), laterMs };
}

async function noticed({ startsOn, closesOn }: { startsOn: PlainDate; closesOn: PlainDate }): Promise<CaseWalk> {
  const walk = await CaseWalk.submit(client, sample({ startsAt: `${startsOn}T09:00:00+08:00` }));
  const view = await walk.until(({ notices }) => notices.length > 0);
  expect(view.notices).toEqual([expect.objectContaining({ postedOn: startsOn, closesOn, closedOn: null })]);
  return walk;
}

test('thirty clocks that jump at once to all sides of a deadline stand where they were told to, and no notice closes early or on another day', async () => {
  const jumps = Array.from({ length: CASES }, (_none, index) => ({ start: STARTS[index % STARTS.length]!, target: TARGETS[index % TARGETS.length]! }));
  const walks = await Promise.all(jumps.map(({ start }) => noticed(start)));

  await Promise.all(
    jumps.map(async ({ start, target }, index) => {
      const walk = walks[index]!;
      const dueMs = endOfDay(start.closesOn);
      const there = await walk.advance(dueMs + target.offsetMs);
      const { earlierMs, laterMs } = reached(there, dueMs + target.offsetMs, dueMs);
      const told = { what: target.what, ...start, clock: there.now };
      expect({ ...told, earlierMs, isLate: laterMs > LATER_MS_MAX }).toEqual({ ...told, earlierMs: 0, isLate: false });
      expect({ ...told, state: there.state, closedOn: there.notices[0]?.closedOn }).toEqual({
        ...told,
        state: target.isOpen ? 'notice1' : 'upperReview',
        closedOn: target.isOpen ? null : start.closesOn,
      });
      const beyond = await walk.advance(dueMs + 33 * HOUR_MS);
      expect(reached(beyond, dueMs + 33 * HOUR_MS, dueMs)).toEqual({ earlierMs: 0, laterMs: expect.any(Number) as number });
      expect(beyond.notices[0]).toMatchObject({ closedOn: start.closesOn, outcome: 'noObjection' });
    }),
  );
  const { temporalAddress: address, temporalNamespace: namespace } = stack;
  expect(await faultsInEngine(pool, await testKeys(pool), { address, namespace }, walks.map(({ caseId }) => caseId))).toEqual([]);
});

test('a clock that is moved past both notices in one jump each has every date of the chart on its own day', async () => {
  const walk = await noticed(STARTS[1]!);
  const view = await walk.untilState('planning');
  expect(view.notices.map(({ kind, postedOn, closesOn, closedOn }) => ({ kind, postedOn, closesOn, closedOn }))).toEqual([
    { kind: 'first', postedOn: '2024-12-24', closesOn: '2024-12-31', closedOn: '2024-12-31' },
    { kind: 'second', postedOn: '2025-01-01', closesOn: '2025-01-08', closedOn: '2025-01-08' },
  ]);
});

test('a clock never goes back', async () => {
  const walk = await noticed(STARTS[0]!);
  const before = await walk.now();
  const refused = await client.call({ operation: 'advanceSimulation', as: walk.clerk, caseId: walk.caseId, input: { to: '2024-04-01T09:00:00+08:00' } });
  expect(refused).toMatchObject({ status: 422, body: { code: 'SIMULATION_TARGET_NOT_POSSIBLE' } });
  expect(Date.parse((await walk.now()).now)).toBeGreaterThanOrEqual(Date.parse(before.now));
});
