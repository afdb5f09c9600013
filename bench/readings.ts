import type { JsonObject } from '../rehearse/json';
import type { BenchService } from './stack/bench-service';

/** One kind of read, repeated with another object each time. */
export interface Reading {
  name: string;
  /** Whether the project has set itself a goal for it. */
  hasGoal: boolean;
  read: () => Promise<{ tookMs: number; bytes: number }>;
}

/** Objects that are read, in an order that the database's caches cannot foresee. */
const SAMPLE = 5_000;
/** Pages that somebody turns before starting again. */
const PAGES = 10;
const CITY_HANDLER = 'wx.handler';

interface SampledCase {
  id: string;
  clerk: string;
  handler: string;
}

/** The reads that are measured: as the people who do them most, a grassroots union's clerk and a county's handler. */
export async function readings({ pool, caller }: BenchService): Promise<Reading[]> {
  const { rows: sample } = await pool.query<SampledCase>(
    `select c.id, c.grassroots_org_id || '.clerk' as clerk, o.parent_id || '.handler' as handler
       from hardship_case c join organisation o on o.id = c.grassroots_org_id order by random() limit ${SAMPLE}`,
  );
  await caller.signIn([...sample.flatMap(({ clerk, handler }) => [clerk, handler]), CITY_HANDLER]);
  let turn = 0;
  const next = () => {
    const one = sample[turn++ % sample.length];
    if (!one) throw new Error('no case was loaded');
    return one;
  };
  const once = async (operation: string, as: string, more: { caseId?: string; input?: JsonObject } = {}) => {
    const { status, text, tookMs } = await caller.send({ operation, as, ...more });
    if (status !== 200) throw new Error(`${operation} answered ${status} ${text.slice(0, 300)}`);
    return { text, tookMs, bytes: Buffer.byteLength(text) };
  };
  /** Goes through the first pages of a list, each time somebody else's. */
  const followingPages = (operation: string, who: 'clerk' | 'handler') => {
    const openLists: { as: string; cursor: string; page: number }[] = [];
    return async () => {
      const list = openLists.pop();
      const as = list?.as ?? next()[who];
      const answer = await once(operation, as, { input: list ? { cursor: list.cursor } : {} });
      const page = (list?.page ?? 0) + 1;
      const cursor = /"nextCursor":"([^"]+)"/.exec(answer.text)?.[1];
      if (cursor !== undefined && page < PAGES) openLists.push({ as, cursor, page });
      return answer;
    };
  };
  return [
    { name: 'getCase (handler)', hasGoal: true, read: () => { const { id, handler } = next(); return once('getCase', handler, { caseId: id }); } },
    { name: 'listTasks, first page (clerk)', hasGoal: true, read: () => once('listTasks', next().clerk) },
    { name: 'listTasks, first page (handler)', hasGoal: true, read: () => once('listTasks', next().handler) },
    { name: 'listTasks, page by page (handler)', hasGoal: true, read: followingPages('listTasks', 'handler') },
    { name: 'listTasks, own tasks of the county (handler)', hasGoal: true, read: () => { const { handler } = next(); return once('listTasks', handler, { input: { orgId: handler.replace(/\.handler$/, ''), role: 'handler' } }); } },
    { name: 'listTasks, first page (city)', hasGoal: false, read: () => once('listTasks', CITY_HANDLER) },
    { name: 'listCases, first page of 50 (handler)', hasGoal: false, read: () => once('listCases', next().handler) },
    { name: 'listCases, page by page (handler)', hasGoal: false, read: followingPages('listCases', 'handler') },
    { name: 'listCases, by state (city)', hasGoal: false, read: () => once('listCases', CITY_HANDLER, { input: { state: 'visit' } }) },
    { name: 'listCaseEvents (handler)', hasGoal: false, read: () => { const { id, handler } = next(); return once('listCaseEvents', handler, { caseId: id }); } },
    { name: 'getCaseProcess (handler)', hasGoal: false, read: () => { const { id, handler } = next(); return once('getCaseProcess', handler, { caseId: id }); } },
  ];
}
