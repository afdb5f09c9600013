import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { AuditEntry, AuditLog } from '../audit/audit-log';
import type { AuditKind } from '../store/audit-entry.store';
import { findCaseOf, type ObjectIds } from '../store/audited-object.store';
import type { User } from '../store/user.store';
import { auditKindOf, isInRecord } from './audited-operations';
import { isUuid } from './case-id';
import { engineUnavailable, PROBLEM_TYPE, problemDocument } from './problem';
import { RepeatedRefusals } from './repeated-refusals';
import { addressPrefix } from './sign-in/address';

declare module 'fastify' {
  interface FastifyRequest {
    readonly audited: Audited;
    auditedSoFar: Audited | null;
  }
}

/** What only the route knows of a request that is in the audit. */
export interface Audited {
  /** Who has just signed in. */
  actor?: User;
  /** The command had been carried out before: only its answer is read once more. */
  isRepeat?: boolean;
  /** Codes and counts beside the usual ones, such as which field was revealed. */
  details?: Record<string, string | number | boolean | readonly string[]>;
  /** The cases that the answer shows. */
  caseIds?: string[];
  items?: number;
}

/** Their items are cases, and not about cases. */
const LISTS_OF_CASES: ReadonlySet<string> = new Set(['listCases', 'searchCases']);

/** Headers of the answer that is held back: a session or a file must not go out with the sentence that nothing was done. */
const OF_THE_ANSWER = ['set-cookie', 'etag', 'content-disposition', 'content-length', 'location'];

/**
 * Puts every request that reads or does something into the audit, and every attempt that was refused. Nothing is answered
 * before its entry is durable; when it cannot be, the answer is 503. An answer that says no more than that something failed
 * (5xx) is not held back. To be registered after whatever puts headers on an answer at its last moment, as cookies are.
 */
export function keepAudit(app: FastifyInstance, pool: Pool, audit: AuditLog): void {
  const tooMany = new RepeatedRefusals(audit, (error) => app.log.error({ err: error }, 'an entry of the audit could not be written'));
  // Made when it is first asked for: a request may be refused before any hook of ours has run.
  app.decorateRequest('auditedSoFar', null);
  app.decorateRequest('audited', {
    getter(this: FastifyRequest) {
      return (this.auditedSoFar ??= {});
    },
  });
  app.addHook('preSerialization', (request, reply, payload, done) => {
    if (reply.statusCode < 400) noteCases(request, payload);
    done(null, payload);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const { operation } = request.routeOptions.config;
    const kind = operation === undefined ? undefined : auditKindOf(operation, request.method);
    if (operation === undefined || kind === undefined) return payload;
    const { statusCode } = reply;
    if (statusCode < 400 && isInRecord(operation) && request.audited.isRepeat !== true) return payload;
    const writing = write({ pool, audit, tooMany }, request, reply, { operation, kind });
    const failed = (error: unknown) => request.log.error({ err: error, operation, status: statusCode }, 'an entry of the audit could not be written');
    if (statusCode >= 500) {
      void writing.catch(failed);
      return payload;
    }
    try {
      await writing;
      return payload;
    } catch (error) {
      failed(error);
      return heldBack(request, reply);
    }
  });
  app.addHook('onClose', () => tooMany.stop());
}

interface Writers {
  pool: Pool;
  audit: AuditLog;
  tooMany: RepeatedRefusals;
}

async function write({ pool, audit, tooMany }: Writers, request: FastifyRequest, reply: FastifyReply, { operation, kind }: { operation: string; kind: AuditKind }): Promise<void> {
  const { audited, id: requestId, ip } = request;
  const { statusCode: status } = reply;
  const isDone = status < 400;
  const user = audited.actor ?? request.user;
  const entry: AuditEntry = {
    kind,
    operation,
    ...actorOf(user),
    outcome: isDone ? 'done' : status < 500 ? 'refused' : 'failed',
    code: request.problemCode,
    requestId,
    address: addressPrefix(ip),
    details: isDone ? detailsOf(request) : {},
  };
  if (isDone) {
    const caseId = caseShownBy(request);
    return audit.add({ ...entry, caseId, caseIds: caseId === null ? (audited.caseIds ?? null) : null });
  }
  const caseMeant = () => caseMeantBy(pool, request);
  // What nobody in particular is refused costs next to nothing to send, unless few of it are let through.
  const mayBeFlood = status === 429 || (!user && !request.isOneOfFew);
  await (mayBeFlood ? tooMany.add(entry, caseMeant) : audit.add({ ...entry, caseId: await caseMeant() }));
}

function actorOf(user: User | null | undefined): Pick<AuditEntry, 'actorKind' | 'actor' | 'onBehalfOf' | 'orgId'> {
  if (!user) return { actorKind: 'anonymous' };
  if (user.applicant) return { actorKind: 'applicant', actor: user.id };
  return { actorKind: user.id.startsWith('machine:') ? 'machine' : 'user', actor: user.id, onBehalfOf: user.onBehalfOf ?? null, orgId: user.orgId };
}

/** A list has its cases in its items, one thing names its case, if it has one. */
function noteCases(request: FastifyRequest, payload: unknown): void {
  if (typeof payload !== 'object' || payload === null) return;
  const { items, caseId } = payload as { items?: unknown; caseId?: unknown };
  if (Array.isArray(items)) {
    request.audited.items = items.length;
    if (auditKindOf(request.routeOptions.config.operation ?? '', request.method) === 'audit') return;
    const isOfCases = LISTS_OF_CASES.has(request.routeOptions.config.operation ?? '');
    const ids = items.map((item: { id?: unknown; caseId?: unknown } | null) => (isOfCases ? item?.id : item?.caseId));
    const known = [...new Set(ids.filter((id): id is string => typeof id === 'string' && isUuid(id)))];
    if (known.length > 0) request.audited.caseIds = known;
  } else if (typeof caseId === 'string' && isUuid(caseId)) {
    request.audited.caseIds = [caseId];
  }
}

/** The one case that an answer is about. */
function caseShownBy(request: FastifyRequest): string | null {
  const { caseId } = objectIds(request);
  if (request.openedCaseId ?? caseId) return request.openedCaseId ?? caseId ?? null;
  const { caseIds, items } = request.audited;
  return items === undefined && caseIds?.length === 1 ? (caseIds[0] ?? null) : null;
}

/** The case that an attempt was aimed at, where there is one: of somebody else's as well. */
async function caseMeantBy(pool: Pool, request: FastifyRequest): Promise<string | null> {
  const ids = objectIds(request);
  return Object.keys(ids).length === 0 ? null : ((await findCaseOf(pool, ids)) ?? null);
}

function objectIds({ params }: FastifyRequest): ObjectIds {
  const { caseId, taskId, disbursementId } = (params ?? {}) as Record<string, unknown>;
  const ids = { caseId, taskId, disbursementId };
  return Object.fromEntries(Object.entries(ids).flatMap(([name, id]) => (typeof id === 'string' && isUuid(id) ? [[name, id.toLowerCase()]] : [])));
}

/** By what a list was narrowed, never to what; how much it held; which other thing was asked for. */
function detailsOf(request: FastifyRequest): Record<string, unknown> {
  const { items, details } = request.audited;
  const filters = filtersOf(request);
  const { batchId } = (request.params ?? {}) as { batchId?: unknown };
  return {
    ...(items === undefined ? {} : { items }),
    ...(filters.length === 0 ? {} : { filters }),
    ...(typeof batchId === 'string' && isUuid(batchId) ? { batchId } : {}),
    ...(request.audited.isRepeat === true ? { isRepeat: true } : {}),
    ...details,
  };
}

/** Of the names that the route's own schema has: any other one is its caller's text, which nothing looks at and no chain keeps. */
function filtersOf({ routeOptions, query }: FastifyRequest): string[] {
  const { querystring } = routeOptions.schema ?? {};
  return querystring instanceof z.ZodObject ? namesOfFilters(query as object, Object.keys(querystring.shape)) : [];
}

/** By which of these conditions a list was narrowed. */
export function namesOfFilters(asked: object, conditions: readonly string[]): string[] {
  return conditions.filter((name) => name !== 'limit' && name !== 'cursor' && (asked as Record<string, unknown>)[name] !== undefined).sort();
}

function heldBack(request: FastifyRequest, reply: FastifyReply): string {
  const problem = engineUnavailable();
  for (const header of OF_THE_ANSWER) void reply.removeHeader(header);
  void reply.code(problem.status).headers(problem.headers).type(PROBLEM_TYPE);
  return JSON.stringify(problemDocument(request, problem));
}
