import { atOnce } from './at-once';
import { attemptsOf, carryOut, describeOf, isJudged, type Attempt } from './attempts';
import { Stage } from './matrix-stage';
import { readMatrix, type Row } from './matrix-table';

jest.setTimeout(600_000);

const ROWS = readMatrix();
const WIDTH = 12;
/** Where nothing else is missing any more, for commands that are awaited long before. */
const READY: Record<string, string> = { acceptApplication: 'signed', decideUpperReview: 'upperReviewCompared', concludeExit: 'confirmed' };

let stage: Stage;
let asked = 0;
beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(() => stage.pool.end());

/** Carries an attempt out, and says in one line what was not as expected. */
async function tried(attempt: Attempt): Promise<string | undefined> {
  asked += 1;
  return carryOut(attempt, stage);
}

test('the table names every operation of the running service, each with every person', () => {
  const { operations, document } = stage.asker;
  const named = new Set(ROWS.map(({ operation }) => operation));
  expect([...operations.keys()].filter((id) => !named.has(id))).toEqual([]);
  expect([...named].filter((id) => !operations.has(id))).toEqual([]);
  const unknownRoutes = Object.entries(document.paths as Record<string, Record<string, { operationId?: string }>>).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId }]) => (operationId !== undefined && operations.get(operationId)?.path === path ? [] : [`${method} ${path}`])),
  );
  expect(unknownRoutes).toEqual([]);
  expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
});

describe('nobody gets through where the table says no, and nothing is changed by trying', () => {
  test.each(ROWS.map((row): [string, Row] => [row.name, row]))('%s', async (_name, row) => {
    await stage.refresh(row);
    const attempts = attemptsOf(row, stage).filter((attempt) => attempt.expected.is !== 'through');
    const before = await stage.record();
    const wrong = await atOnce(attempts, WIDTH, tried);
    expect(wrong.flatMap((line) => line ?? [])).toEqual([]);
    expect(await stage.record()).toEqual(before);
  });
});

describe('whom the table lets through gets through', () => {
  test.each(ROWS.filter((row) => !isJudged(row)).map((row): [string, Row] => [row.name, row]))('%s', async (_name, row) => {
    await stage.refresh(row);
    const attempts = attemptsOf(row, stage).filter((attempt) => attempt.expected.is === 'through');
    // A hold is lifted once: each of those who may has one of his own.
    const own = async (attempt: Attempt) => (row.about === 'hold' ? { ...attempt, ids: await stage.placeHold(attempt.world, attempt.walked?.id) } : attempt);
    const wrong = await atOnce(attempts, row.operation === 'logout' || row.operation === 'signOutEverywhere' ? 1 : WIDTH, async (attempt) => tried(await own(attempt)));
    expect(wrong.flatMap((line) => line ?? [])).toEqual([]);
  });

  test.each(ROWS.filter(isJudged).map((row): [string, Row] => [row.name, row]))('%s, each time in a case of its own, which it carries on', async (_name, row) => {
    const attempts = attemptsOf(row, stage).filter((attempt) => attempt.expected.is === 'through');
    // One situation for each person: the first in which it is awaited of that one.
    const best = attempts.filter(({ situation }) => situation === READY[row.name]);
    const isSame = (one: Attempt, other: Attempt) => one.person.letter === other.person.letter && one.person.group === other.person.group && one.world === other.world;
    const firsts = [...best, ...attempts].filter((attempt, index, all) => all.findIndex((one) => isSame(one, attempt)) === index);
    expect(firsts.length).toBeGreaterThan(0);
    const wrong = await atOnce(firsts, 4, async (attempt) => {
      const walked = await stage.ownCaseIn(attempt.world, attempt.situation ?? '');
      const disbursementId = walked.view.disbursements[0]?.id;
      const line = await tried({ ...attempt, walked, ids: disbursementId === undefined ? {} : { disbursementId } });
      const { version } = walked.view;
      return line ?? ((await walked.look()).version > version ? undefined : `${describeOf(attempt)}: the case is as it was`);
    });
    expect(wrong.flatMap((line) => line ?? [])).toEqual([]);
  });
});

test('so many cells were walked', () => {
  expect(asked).toBeGreaterThan(25_000);
  process.stderr.write(`matrix: ${asked} requests of ${stage.people.names.length} people about ${stage.cases.size} cases\n`);
});
