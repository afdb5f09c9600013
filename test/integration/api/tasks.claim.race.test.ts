import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCase, type WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

interface Task {
  id: string;
  caseId: string;
  command: string;
  role: string;
  orgId: string;
  claimedBy: string | null;
  version: number;
}

const HANDLER = 'wx-liangxi.handler';
const HEAD = 'wx-liangxi.head';
/** Above the county, in whose place it may act: the second pair of hands for the county's comparison. */
const CITY_HANDLER = 'wx.handler';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

async function tasksOf(walked: WalkedCase, as: string, filter: Record<string, unknown> = {}): Promise<Task[]> {
  return (await client.call<{ items: Task[] }>('listTasks', as, { caseId: walked.id, ...filter })).body.items;
}

async function givenComparisonTask(): Promise<{ walked: WalkedCase; task: Task }> {
  const walked = await givenCase(client, 'upperReview');
  const [task] = await tasksOf(walked, HANDLER);
  expect(task).toMatchObject({ command: 'recordComparison', orgId: 'wx-liangxi', role: 'handler', claimedBy: null });
  return { walked, task: task! };
}

const claim = (task: Task, as: string, version?: number) => client.call<Task>('claimTask', as, { taskId: task.id, ...(version ? { version } : {}) });
const giveBack = (task: Task, as: string) => client.call<Task>('releaseTask', as, { taskId: task.id });
const reassign = (task: Task, toUser: string, fields: object = {}) => client.call<Task>('reassignTask', HEAD, { taskId: task.id, toUser, ...fields });
const compare = (walked: WalkedCase, as: string) => walked.send('recordComparison', as, { result: 'consistent' });

test('every task of a case is the one that the case names, and it is closed with its step', async () => {
  const { walked, task } = await givenComparisonTask();
  expect(walked.view.awaiting.map(({ task: id }) => id)).toEqual([task.id]);
  await walked.does('recordComparison');
  const after = await tasksOf(walked, HANDLER);
  expect(after.map(({ command }) => command)).toEqual(['decideUpperReview']);
  expectProblem(await claim(task, HANDLER), 404, 'NOT_FOUND');
});

test('a task is claimed once, and claiming what one holds is no error', async () => {
  const { walked, task } = await givenComparisonTask();
  const replies = await Promise.all([claim(task, HANDLER), claim(task, HANDLER), claim(task, HANDLER)]);
  // Each of them either took it or was told that it had changed in between; nobody else holds it.
  expect(replies.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  expect((await claim(task, HANDLER)).body).toMatchObject({ claimedBy: HANDLER, version: task.version + 1 });
  expect((await tasksOf(walked, HANDLER, { mine: 'true' })).map(({ id }) => id)).toEqual([task.id]);
});

test('a claim by what one saw before is refused with what is there now', async () => {
  const { task } = await givenComparisonTask();
  await claim(task, HANDLER);
  await giveBack(task, HANDLER);
  const problem = expectProblem(await claim(task, HANDLER, task.version), 409, 'TASK_CHANGED');
  expect(problem).toMatchObject({ claimedBy: null, version: task.version + 2 });
});

test('only who has the role in the task\'s union claims it', async () => {
  const { walked, task } = await givenComparisonTask();
  for (const other of [CITY_HANDLER, HEAD, 'wx-liangxi.finance']) expectProblem(await claim(task, other), 403, 'FORBIDDEN');
  for (const stranger of ['wx-xishan.handler', 'bz.handler']) expectProblem(await claim(task, stranger), 404, 'NOT_FOUND');
  expect(await tasksOf(walked, HANDLER)).toMatchObject([{ claimedBy: null }]);
});

test('what somebody holds nobody else does, until it is given back', async () => {
  const { walked, task } = await givenComparisonTask();
  await claim(task, HANDLER);
  expect(expectProblem(await compare(walked, CITY_HANDLER), 409, 'TASK_HELD').heldBy).toBe(HANDLER);
  expect((await walked.look()).comparison.state).toBe('awaited');

  expect((await giveBack(task, HANDLER)).body.claimedBy).toBeNull();
  expect((await compare(walked, CITY_HANDLER)).body.comparison.state).toBe('reported');
});

test('who holds a task does it', async () => {
  const { walked, task } = await givenComparisonTask();
  await claim(task, HANDLER);
  expect((await compare(walked, HANDLER)).body.comparison.state).toBe('reported');
});

test('a refusal because somebody holds the task is not kept: the same key works once it is given back', async () => {
  const { walked, task } = await givenComparisonTask();
  await claim(task, HANDLER);
  const headers = { 'idempotency-key': `held-${task.id}` };
  expectProblem(await walked.send('recordComparison', CITY_HANDLER, { result: 'consistent' }, headers), 409, 'TASK_HELD');
  await giveBack(task, HANDLER);
  expect((await walked.send('recordComparison', CITY_HANDLER, { result: 'consistent' }, headers)).status).toBe(200);
});

describe('the head reassigns', () => {
  test('a free task and one that is held, to somebody who has its role in its union', async () => {
    const { task } = await givenComparisonTask();
    expect((await reassign(task, HANDLER)).body).toMatchObject({ claimedBy: HANDLER, version: task.version + 1 });
    expect((await reassign(task, HANDLER)).body).toMatchObject({ claimedBy: HANDLER, version: task.version + 2 });
  });

  test('to nobody else', async () => {
    const { task } = await givenComparisonTask();
    for (const toUser of [CITY_HANDLER, HEAD, 'wx-liangxi.ghost']) {
      const problem = expectProblem(await reassign(task, toUser), 400, 'INVALID_INPUT');
      expect(problem.errors).toMatchObject([{ path: 'body.toUser' }]);
    }
  });

  test('by what is there, not by what was', async () => {
    const { task } = await givenComparisonTask();
    await claim(task, HANDLER);
    expectProblem(await reassign(task, HANDLER, { version: task.version }), 409, 'TASK_CHANGED');
  });

  test('and nobody but a head does', async () => {
    const { task } = await givenComparisonTask();
    for (const user of [HANDLER, 'wx-liangxi.leader', 'wx-liangxi.admin']) {
      expectProblem(await client.call('reassignTask', user, { taskId: task.id, toUser: HANDLER }), 403, 'FORBIDDEN');
    }
  });
});

test('only who holds a task gives it back', async () => {
  const { task } = await givenComparisonTask();
  expectProblem(await giveBack(task, HANDLER), 409, 'TASK_CHANGED');
  await claim(task, HANDLER);
  expectProblem(await giveBack(task, CITY_HANDLER), 409, 'TASK_CHANGED');
  expect((await giveBack(task, HANDLER)).status).toBe(200);
});

test('the list is narrowed by union, role and command, and its pages put together hold each task once', async () => {
  const { task } = await givenComparisonTask();
  const found: Task[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { orgId: 'wx-liangxi', role: 'handler', command: 'recordComparison', limit: 3, ...(cursor ? { cursor } : {}) };
    const { body } = await client.call<{ items: Task[]; nextCursor: string | null }>('listTasks', CITY_HANDLER, query);
    found.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor);
  expect(found.map(({ id }) => id)).toContain(task.id);
  expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
  expect(found.every(({ orgId, role, command }) => orgId === 'wx-liangxi' && role === 'handler' && command === 'recordComparison')).toBe(true);
});
