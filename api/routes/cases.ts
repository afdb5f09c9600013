import { z } from 'zod';
import { mayEverReveal, type Viewer } from '../../access/field-masks';
import { maskText, withoutPersons } from '../../access/free-text';
import { isForState, reachFor } from '../../access/operations';
import { factsFor } from '../../access/timeline';
import { ARCHIVE_ITEMS, archiveOf } from '../../domain/archive';
import { CASE_STATES } from '../../domain/case-facts';
import { processSteps } from '../../domain/process-steps';
import { listEvents, type RecordedEvent } from '../../store/case-event.store';
import { listCases, type CaseFilter } from '../../store/case.store';
import { findBodies } from '../../store/command.store';
import { listNotifications } from '../../store/outward.store';
import { namesOfFilters } from '../audit-trail';
import { userOf } from '../authentication';
import { decodeCursor, encodeCursor } from '../cursor';
import { COMMON_PROBLEMS, type Api, type Services } from '../operation';
import { forbidden, notFound } from '../problem';
import { CaseSchema } from '../schemas/case';
import type { User } from '../../store/user.store';
import { CardNumber, CasePath, IdNumber, ListQuery, OrgId, PersonName, Phone, PlainDate } from '../schemas/values';
import { scopeOf } from '../scope';
import { textsOf } from '../timeline-texts';

const EventSchema = z
  .object({
    seq: z.int(),
    type: z.string(),
    effectiveOn: z.string(),
    recordedAt: z.string(),
    actor: z.string().nullable(),
    onBehalfOf: z.string().nullable(),
    data: z.record(z.string(), z.unknown()).meta({ description: 'coded facts, without those that the reader does not see in the case either' }),
    texts: z.record(z.string(), z.string()).meta({ description: 'what people wrote with it: opinions, reasons, findings' }),
  })
  .meta({ id: 'CaseEvent' });

const ProcessStepSchema = z
  .object({
    step: z.string(),
    box: z.string().meta({ description: 'number of the box in the flow chart (附件2)' }),
    title: z.string(),
    status: z.enum(['done', 'current', 'pending', 'skipped', 'ended']),
    since: z.string().nullable(),
  })
  .meta({ id: 'ProcessStep' });

const HardshipFileSchema = CaseSchema.pick({
  hardshipFile: true,
  hardshipClass: true,
  certificate: true,
  filing: true,
  syncs: true,
  recheck: true,
  campaigns: true,
  exit: true,
  phaseOut: true,
  monitoring: true,
})
  .extend({
    archive: z
      .object({ complete: z.boolean(), items: z.array(z.object({ item: z.enum(ARCHIVE_ITEMS), rule: z.string(), state: z.string() })) })
      .meta({ description: '归档材料 (附件1 III)' }),
  })
  .meta({ id: 'HardshipFile' });

/** What lists of cases can be asked for. */
const CASE_FILTER = {
  state: z.enum(CASE_STATES).optional(),
  hardshipClass: z.string().max(20).optional(),
  orgId: OrgId.optional(),
  recheckDueBefore: PlainDate.optional(),
  applicantName: PersonName.optional(),
};

/** By what a person is found; in a body, because addresses are written down on their way. */
const CaseSearch = z.object({
  ...CASE_FILTER,
  idNumber: IdNumber.optional().meta({ description: "the applicant's or a member's, whole" }),
  phone: Phone.optional().meta({ description: "the applicant's, whole; for roles that may have it revealed" }),
  cardNumber: CardNumber.optional().meta({ description: 'of the account that aid is paid to, whole' }),
  limit: z.int().min(1).max(200).default(50),
  cursor: ListQuery.cursor,
});

const CaseListAnswer = z.object({ items: z.array(CaseSchema), nextCursor: z.string().nullable() });

/** Reading cases: one, many, their timeline, where they stand in the chart, what the worker was told. */
export function caseRoutes(app: Api, { records, keys, reader }: Services): void {
  const pageOf = async (operation: 'listCases' | 'searchCases', { limit, cursor, applicantName, idNumber, phone, cardNumber, ...filter }: z.infer<typeof CaseSearch>, user: User) => {
    const after = decodeCursor(cursor, z.object({ number: z.string().regex(/^[\w-]{1,80}$/) }))?.number;
    const person: CaseFilter['person'] = {
      nameIndex: applicantName === undefined ? undefined : keys.index.of('name', applicantName),
      idIndex: idNumber === undefined ? undefined : keys.index.of('idNumber', idNumber),
      phoneIndex: phone === undefined ? undefined : keys.index.of('phone', phone),
      cardIndex: cardNumber === undefined ? undefined : keys.index.of('cardNumber', cardNumber),
    };
    const cases = await listCases(records.of(scopeOf(user)), reachFor(operation, user), { ...filter, person, after, limit: limit + 1 });
    const page = cases.slice(0, limit);
    const last = page.at(-1);
    return {
      items: await reader.viewsOf(page, user),
      nextCursor: cases.length > limit && last ? encodeCursor({ number: last.record.number }) : null,
    };
  };

  app.get(
    '/v1/cases/:caseId',
    { schema: { operationId: 'getCase', tags: ['case'], summary: '查看案件', params: CasePath, response: { 200: CaseSchema, ...COMMON_PROBLEMS } } },
    async (request, reply) => {
      const view = await reader.view(request.params.caseId, userOf(request));
      void reply.header('etag', `"${view.version}"`);
      return view;
    },
  );

  app.get(
    '/v1/cases',
    {
      schema: {
        operationId: 'listCases',
        tags: ['case'],
        summary: '案件列表',
        querystring: z.object({ ...ListQuery, ...CASE_FILTER }),
        response: { 200: CaseListAnswer, ...COMMON_PROBLEMS },
      },
    },
    (request) => pageOf('listCases', request.query, userOf(request)),
  );

  app.post(
    '/v1/cases/search',
    {
      schema: {
        operationId: 'searchCases',
        tags: ['case'],
        summary: '按身份证号码、电话、银行卡号或姓名查找案件（完整一致）',
        description: '与案件列表相同的条件也可使用。个人信息只在请求体中，不出现在网址里。',
        body: CaseSearch,
        response: { 200: CaseListAnswer, ...COMMON_PROBLEMS },
      },
    },
    (request) => {
      const user = userOf(request);
      // Of a masked telephone number four digits are hidden: who may not have them revealed would find them by trying.
      if (request.body.phone !== undefined && !mayEverReveal('applicant.phone', user.roles)) throw forbidden();
      const filters = namesOfFilters(request.body, Object.keys(CaseSearch.shape));
      // The audit sees the query of a request, and this one asks in its body.
      if (filters.length > 0) request.audited.details = { filters };
      return pageOf('searchCases', request.body, user);
    },
  );

  app.get(
    '/v1/cases/:caseId/events',
    {
      schema: {
        operationId: 'listCaseEvents',
        tags: ['case'],
        summary: '案件时间线',
        params: CasePath,
        querystring: z.object(ListQuery),
        response: { 200: z.object({ items: z.array(EventSchema), nextCursor: z.string().nullable() }), ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const user = userOf(request);
      const db = records.of(scopeOf(user));
      const stored = await reader.get(request.params.caseId, user, db);
      const { record } = stored;
      const viewer: Viewer = { roles: user.roles, state: record.state };
      const personal = await reader.personalOf(stored);
      const masked = (text: string) => maskText(text, personal, viewer);
      const { limit, cursor } = request.query;
      const after = decodeCursor(cursor, z.object({ seq: z.int().min(0) }))?.seq ?? 0;
      const events = await listEvents(db, record.caseId, { after, limit: limit + 1 });
      const page = events.slice(0, limit);
      const bodies = await findBodies(db, keys, [...new Set(page.flatMap((event) => event.commandId ?? []))]);
      const seen = new Set<string>();
      const items = page.map((event) => {
        // The words of a command stand once, with the first of the events it led to.
        const body = event.commandId && !seen.has(event.commandId) ? bodies.get(event.commandId) : undefined;
        if (event.commandId) seen.add(event.commandId);
        return { ...timelineEntry(event, viewer), texts: body ? eachText(textsOf(body), masked) : {} };
      });
      const last = page.at(-1);
      return { items, nextCursor: events.length > limit && last ? encodeCursor({ seq: last.seq }) : null };
    },
  );

  app.get(
    '/v1/cases/:caseId/process',
    {
      schema: {
        operationId: 'getCaseProcess',
        tags: ['case'],
        summary: '流程图中的位置',
        params: CasePath,
        response: { 200: z.object({ steps: z.array(ProcessStepSchema) }), ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const user = userOf(request);
      const db = records.of(scopeOf(user));
      const { record } = await reader.get(request.params.caseId, user, db);
      const events = await listEvents(db, record.caseId);
      return { steps: processSteps(record, events) };
    },
  );

  app.get(
    '/v1/cases/:caseId/file',
    {
      schema: {
        operationId: 'getHardshipFile',
        tags: ['case'],
        summary: '困难职工档案',
        params: CasePath,
        response: { 200: HardshipFileSchema, ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const user = userOf(request);
      const stored = await reader.get(request.params.caseId, user);
      if (!stored.record.hardshipFile || !isForState('getHardshipFile', stored.record.state)) throw notFound();
      return { ...(await reader.viewOf(stored, user)), archive: archiveOf(stored.record) };
    },
  );

  app.get(
    '/v1/cases/:caseId/notifications',
    {
      schema: {
        operationId: 'listNotifications',
        tags: ['case'],
        summary: '已告知职工的内容',
        params: CasePath,
        response: { 200: z.object({ items: z.array(z.object({ kind: z.string(), text: z.string(), toldOn: z.string() })) }), ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const user = userOf(request);
      const db = records.of(scopeOf(user));
      const stored = await reader.get(request.params.caseId, user, db);
      const { caseId, state } = stored.record;
      const [told, personal] = [await listNotifications(db, caseId), await reader.personalOf(stored)];
      return { items: told.map((one) => ({ ...one, text: withoutPersons(one.text, personal, { roles: user.roles, state }) })) };
    },
  );
}

function eachText(texts: Record<string, string>, masked: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, masked(text)]));
}

function timelineEntry({ seq, type, effectiveOn, recordedAt, actor, onBehalfOf, commandId, awaiting, ...data }: RecordedEvent, viewer: Viewer) {
  return { seq, type, effectiveOn, recordedAt, actor, onBehalfOf, data: factsFor(type, data, viewer) };
}
