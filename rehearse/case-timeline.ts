import { isObject, type JsonObject } from './json';
import { CallNotPossible, type OpenApiClient, ServiceUnreachable } from './openapi-client';
import type { CaseTimeline } from './result';
import type { SavedAnswers } from './saved-answers';

const EVENTS_PER_PAGE = 100;
/** Ten years of one case are a few hundred events; more is a list that never ends. */
const PAGES_MAX = 50;

/** The events of every saved case, read by whoever saved it. Says in `note` what could not be read: it only explains a failure. */
export async function caseTimelines(saved: SavedAnswers, client: OpenApiClient): Promise<CaseTimeline[]> {
  const timelines: CaseTimeline[] = [];
  for (const name of saved.caseNames()) timelines.push(await timelineOf(name, saved, client));
  return timelines;
}

async function timelineOf(name: string, saved: SavedAnswers, client: OpenApiClient): Promise<CaseTimeline> {
  const operation = client.findOperation('listCaseEvents');
  const caseId = saved.findId(name);
  if (!operation || caseId === undefined) return { name, events: [], note: 'the service has no operation listCaseEvents' };

  const limit = operation.queryParameters.includes('limit') ? { limit: EVENTS_PER_PAGE } : {};
  const events: JsonObject[] = [];
  let cursor: JsonObject = {};
  try {
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const { status, body } = await client.call({ operation: operation.id, as: saved.savedBy(name), caseId, input: { ...limit, ...cursor } });
      if (!isObject(body) || !Array.isArray(body.items)) return { name, events, note: `listCaseEvents answered ${status}` };
      events.push(...body.items.filter(isObject));
      if (typeof body.nextCursor !== 'string') return { name, events };
      cursor = { cursor: body.nextCursor };
    }
  } catch (error) {
    if (!(error instanceof CallNotPossible || error instanceof ServiceUnreachable)) throw error;
    return { name, events, note: error.message };
  }
  return { name, events, note: `only the first ${events.length} events` };
}
