import { z } from 'zod';
import { listAccesses, listAudit, listCasesOfPerson, type AuditFilter, type AuditMoment, type ListedLine } from '../../store/audit-view.store';
import type { User } from '../../store/user.store';
import { userOf } from '../authentication';
import { CursorInstant, decodeCursor, encodeCursor } from '../cursor';
import { COMMON_PROBLEMS, type Api, type Services } from '../operation';
import { CasePath, Instant, ListQuery } from '../schemas/values';

const AUDIT_KINDS = ['read', 'command', 'reveal', 'export', 'signIn', 'audit', 'tool'] as const;
const OUTCOMES = ['done', 'refused', 'failed'] as const;

const AuditLineSchema = z
  .object({
    at: z.string(),
    kind: z.enum(AUDIT_KINDS),
    operation: z.string(),
    outcome: z.enum(OUTCOMES).meta({ description: 'done: 已办理或已提供；refused: 已拒绝（原因见 code）；failed: 系统故障' }),
    code: z.string().nullable(),
    actorKind: z.enum(['user', 'machine', 'applicant', 'anonymous', 'operator']),
    actor: z.string().nullable(),
    onBehalfOf: z.string().nullable(),
    orgId: z.string().nullable(),
    caseId: z.string().nullable(),
    cases: z.int().meta({ description: '列表中出现的案件数' }),
    requestId: z.string().nullable(),
    address: z.string().nullable().meta({ description: '来访网段' }),
    details: z.record(z.string(), z.unknown()),
    chain: z.string().nullable().meta({ description: '所在链；listAuditEntries 中，对非本级及下级案件的被拒绝尝试不显示' }),
    seq: z.int().nullable(),
  })
  .meta({ id: 'AuditLine' });

/** What is rare is otherwise looked for through all the years. */
const LOOKED_BACK_MS = 92 * 86_400_000;

const AuditPage = z.object({ items: z.array(AuditLineSchema), nextCursor: z.string().nullable() });
/** Of one case's accesses, whose places are all its reader's to know. */
const PlaceCursor = z.object({ at: CursorInstant, chain: z.string().max(100), seq: z.int().min(1) });
/** Of the list over all cases: a cursor is the caller's to look into, so it holds no place. */
const MomentCursor = z.object({ at: CursorInstant, shown: z.int().min(1).max(5_000) });

const AuditQuery = z.object({
  ...ListQuery,
  actor: z.string().trim().min(1).max(100).optional(),
  operation: z.string().max(50).optional(),
  kind: z.enum(AUDIT_KINDS).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  from: Instant.optional().meta({ description: '缺省为 until（或现在）之前 92 天' }),
  until: Instant.optional(),
});

/** The audit as auditors read it; that they do is in it as well. */
export function auditRoutes(app: Api, { pool, reader, tables }: Services): void {
  const accessesTo = async (caseIds: readonly string[], query: z.infer<typeof AuditQuery>): Promise<z.infer<typeof AuditPage>> => {
    const filter = filterOf(query);
    const { page, last } = pageOf(await listAccesses(pool, caseIds, filter, decodeCursor(query.cursor, PlaceCursor)), filter);
    return { items: page.map(viewOf), nextCursor: last ? encodeCursor({ at: last.at.toISOString(), chain: last.chain, seq: last.seq }) : null };
  };

  app.get(
    '/v1/audit/entries',
    {
      schema: {
        operationId: 'listAuditEntries',
        tags: ['audit'],
        summary: '审计记录',
        description: '本级及下级人员的访问、办理与被拒绝的尝试，新的在前。管理员只能看到登录记录。',
        querystring: AuditQuery,
        response: { 200: AuditPage, ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const user = userOf(request);
      const filter = filterOf(request.query);
      const before = decodeCursor(request.query.cursor, MomentCursor);
      if (!mayReadAll(user)) {
        if (filter.kind !== undefined && filter.kind !== 'signIn') return { items: [], nextCursor: null };
        filter.kind = 'signIn';
      }
      // What belongs to no organisation is for whoever has none above.
      const withNobodys = tables.organisations.get(user.orgId)?.parentId === null;
      const { page, last } = pageOf(await listAudit(pool, { orgPath: user.orgPath, withNobodys }, filter, before), filter);
      return { items: page.map(viewOf), nextCursor: last ? encodeCursor({ ...momentOf(page, last, before) }) : null };
    },
  );

  app.get(
    '/v1/cases/:caseId/accesses',
    {
      schema: {
        operationId: 'listAccessesToCase',
        tags: ['audit'],
        summary: '谁看过、谁办过本案',
        params: CasePath,
        querystring: AuditQuery,
        response: { 200: AuditPage, ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const { record } = await reader.get(request.params.caseId, userOf(request));
      return accessesTo([record.caseId], request.query);
    },
  );

  app.get(
    '/v1/cases/:caseId/person-accesses',
    {
      schema: {
        operationId: 'listAuditOfPerson',
        tags: ['audit'],
        summary: '谁看过、谁办过此人的各案',
        description: '本案及与其前后相连的案件，以有权查看的为限。',
        params: CasePath,
        querystring: AuditQuery,
        response: { 200: AuditPage, ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const user = userOf(request);
      const { record } = await reader.get(request.params.caseId, user);
      const linked = await listCasesOfPerson(pool, record.caseId);
      const found = await Promise.all(linked.map((caseId) => reader.find(caseId, user)));
      return accessesTo(found.flatMap((stored) => stored?.record.caseId ?? []), request.query);
    },
  );
}

function mayReadAll({ roles }: User): boolean {
  return roles.some((role) => role === 'auditor' || role === 'supervisor');
}

/** One line more than the page shows whether there is another page. */
function filterOf({ limit, cursor: _cursor, from, ...filter }: z.infer<typeof AuditQuery>): AuditFilter {
  const untilMs = filter.until === undefined ? Date.now() : Date.parse(filter.until);
  return { ...filter, from: from ?? new Date(untilMs - LOOKED_BACK_MS).toISOString(), limit: limit + 1 };
}

/** What is shown of the lines, and its last line where others follow. */
function pageOf<Line>(lines: readonly Line[], { limit }: AuditFilter): { page: Line[]; last: Line | undefined } {
  const page = lines.slice(0, limit - 1);
  return { page, last: lines.length >= limit ? page.at(-1) : undefined };
}

/** The instant of the last line, and how many of its lines have been shown, those of the pages before included. */
function momentOf(page: readonly ListedLine[], { at }: ListedLine, before: AuditMoment | undefined): AuditMoment {
  const here = page.filter((line) => line.at.getTime() === at.getTime()).length;
  return { at: at.toISOString(), shown: here + (before && Date.parse(before.at) === at.getTime() ? before.shown : 0) };
}

function viewOf(line: ListedLine): z.infer<typeof AuditLineSchema> {
  return { ...line, at: line.at.toISOString() };
}
