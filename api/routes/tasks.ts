import { z } from 'zod';
import { ROLES } from '../../domain/case-facts';
import { claimTask, findTask, listTasks, reassignTask, releaseTask, type Task } from '../../store/task.store';
import { findUsers, type User } from '../../store/user.store';
import { userOf } from '../authentication';
import { isUuid } from '../case-id';
import { decodeCursor, encodeCursor } from '../cursor';
import { COMMON_PROBLEMS, problems, type Api, type Services } from '../operation';
import { forbidden, HttpProblem, invalidInput, notFound } from '../problem';
import { both } from '../schema-messages';
import { scopeOf } from '../scope';
import { ListQuery, OrgId, PathId, PlainDate } from '../schemas/values';

const TaskSchema = z
  .object({
    id: z.string(),
    caseId: z.string(),
    caseNumber: z.string(),
    command: z.string(),
    kind: z.string().nullable(),
    role: z.string(),
    orgId: z.string(),
    since: z.string(),
    dueOn: z.string().nullable(),
    claimedBy: z.string().nullable(),
    version: z.int(),
  })
  .meta({ id: 'Task' });

const TaskPath = z.object({ taskId: PathId });
/** The version that the caller saw, in the bounds of its column; left out, the newest counts. */
const Version = z.int().min(1).max(2_147_483_647).optional();
const Seen = z.object({ version: Version });

/** The task list: what waits for whom. */
export function taskRoutes(app: Api, { pool, records }: Services): void {
  const getTask = async (taskId: string, user: User): Promise<Task> => {
    const task = isUuid(taskId) ? await findTask(records.of(scopeOf(user)), taskId, user.orgPath) : undefined;
    if (!task) throw notFound();
    return task;
  };
  const taskAnswers = { 200: TaskSchema, ...COMMON_PROBLEMS, ...problems(409) };

  app.get(
    '/v1/tasks',
    {
      schema: {
        operationId: 'listTasks',
        tags: ['task'],
        summary: '待办列表',
        querystring: z.object({
          ...ListQuery,
          orgId: OrgId.optional(),
          role: z.enum(ROLES).optional(),
          command: z.string().max(50).optional(),
          caseId: z.string().refine(isUuid, both('不是案件编号', 'not the id of a case')).optional(),
          mine: z.enum(['true', 'false']).optional().meta({ description: 'true: only tasks that I claimed' }),
        }),
        response: { 200: z.object({ items: z.array(TaskSchema), nextCursor: z.string().nullable() }), ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const user = userOf(request);
      const { limit, cursor, mine, ...filter } = request.query;
      const after = decodeCursor(cursor, z.object({ since: PlainDate, id: z.string().refine(isUuid) }));
      const tasks = await listTasks(records.of(scopeOf(user)), user.orgPath, { ...filter, claimedBy: mine === 'true' ? user.id : undefined, after, limit: limit + 1 });
      const page = tasks.slice(0, limit);
      const last = page.at(-1);
      return { items: page, nextCursor: tasks.length > limit && last ? encodeCursor({ since: last.since, id: last.id }) : null };
    },
  );

  app.post(
    '/v1/tasks/:taskId/claim',
    { schema: { operationId: 'claimTask', tags: ['task'], summary: '领取任务', params: TaskPath, body: Seen, response: taskAnswers } },
    async (request) => {
      const user = userOf(request);
      const task = await getTask(request.params.taskId, user);
      if (task.orgId !== user.orgId || !user.roles.some((role) => role === task.role)) throw forbidden();
      if (task.claimedBy === user.id) return task;
      const version = await claimTask(records.of(scopeOf(user)), task.id, request.body.version ?? task.version, user.id);
      if (version === undefined) throw taskChanged(await getTask(task.id, user));
      return { ...task, claimedBy: user.id, version };
    },
  );

  app.post(
    '/v1/tasks/:taskId/release',
    { schema: { operationId: 'releaseTask', tags: ['task'], summary: '退回任务', params: TaskPath, body: Seen, response: taskAnswers } },
    async (request) => {
      const user = userOf(request);
      const task = await getTask(request.params.taskId, user);
      // Who stands in for somebody gives back what that person holds.
      const holder = task.claimedBy !== null && task.claimedBy === user.onBehalfOf ? task.claimedBy : user.id;
      const version = await releaseTask(records.of(scopeOf(user)), task.id, request.body.version ?? task.version, holder);
      if (version === undefined) throw taskChanged(await getTask(task.id, user));
      return { ...task, claimedBy: null, version };
    },
  );

  app.post(
    '/v1/tasks/:taskId/reassignment',
    {
      schema: {
        operationId: 'reassignTask',
        tags: ['task'],
        summary: '改派任务',
        params: TaskPath,
        body: z.object({ toUser: z.string().trim().min(1).max(100), version: Version }),
        response: taskAnswers,
      },
    },
    async (request) => {
      const user = userOf(request);
      const task = await getTask(request.params.taskId, user);
      const { toUser, version: seen } = request.body;
      const [target] = await findUsers(pool, [toUser]);
      if (target?.orgId !== task.orgId || !target.roles.some((role) => role === task.role)) {
        throw invalidInput([{ path: 'body.toUser', message: both('该用户不是此任务所属工会的相应角色', 'that user has not the role of this task in its union') }]);
      }
      const version = await reassignTask(records.of(scopeOf(user)), task.id, seen ?? task.version, target.id);
      if (version === undefined) throw taskChanged(await getTask(task.id, user));
      return { ...task, claimedBy: target.id, version };
    },
  );
}

const taskChanged = (task: Task) =>
  new HttpProblem(
    409,
    'TASK_CHANGED',
    {
      zh: { title: '任务状态已变化', detail: task.claimedBy ? `现由 ${task.claimedBy} 办理。` : '任务现无人领取。' },
      en: { title: 'The task has changed', detail: task.claimedBy ? `${task.claimedBy} holds it now.` : 'Nobody holds it now.' },
    },
    { claimedBy: task.claimedBy, version: task.version },
  );
