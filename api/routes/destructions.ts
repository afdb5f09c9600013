import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { isForOverseersToLift, isOverseer } from '../../domain/legal-hold';
import { LEGAL_HOLD_REASONS } from '../../domain/retention';
import { KeyDestroyed } from '../../security/data-keys';
import { lockRecord } from '../../store/case-step.store';
import { transaction } from '../../store/db';
import { DESTRUCTION_STATES, findCertificate, findDestruction } from '../../store/destruction.store';
import { findPlacerRoles, insertLegalHold, liftLegalHold, listLegalHolds, type LegalHold } from '../../store/legal-hold.store';
import { userOf } from '../authentication';
import { decodeCursor, encodeCursor } from '../cursor';
import { certificateSentences } from '../destruction-certificate-sentences';
import { holdOfOverseer, notFinished } from '../destruction-problems';
import type { DestructionView } from '../destructions';
import { COMMON_PROBLEMS, problems, type Api, type Services } from '../operation';
import { forbidden, notFound } from '../problem';
import { CasePath, ListQuery, PathId } from '../schemas/values';
import { scopeOf } from '../scope';
import { isUuid } from '../case-id';
import { isInCharge } from '../union-in-charge';

const HindranceSchema = z.looseObject({ because: z.string() }).meta({ id: 'Hindrance', description: '不能销毁的原因' });

const LegalHoldSchema = z
  .object({ id: z.string(), reason: z.enum(LEGAL_HOLD_REASONS), placedBy: z.string(), placedAt: z.string(), liftedBy: z.string().nullable(), liftedAt: z.string().nullable() })
  .meta({ id: 'LegalHold' });

const DestructionSchema = z
  .object({
    caseId: z.string(),
    number: z.string(),
    fileNumber: z.string().nullable(),
    keptUntil: z.string().nullable(),
    state: z.enum(DESTRUCTION_STATES).nullable().meta({ description: 'proposed: 待审批；approved: 数据已无法读取，文件正在清除；completed: 已完成并出具证明' }),
    proposedBy: z.string().nullable(),
    proposedAt: z.string().nullable(),
    decidedBy: z.string().nullable(),
    decidedAt: z.string().nullable(),
    completedAt: z.string().nullable(),
    hindrances: z.array(HindranceSchema),
  })
  .meta({ id: 'Destruction' });

const CertificateSchema = z
  .object({
    number: z.string(),
    caseId: z.string(),
    sentences: z.object({ zh: z.string(), en: z.string() }).meta({ description: '可打印的证明文字' }),
    content: z.looseObject({}),
    sha256: z.string().meta({ description: 'content 规范 JSON 的 SHA-256；同一值记在案件事件链中，受审计检查点签名保护' }),
    issuedAt: z.string(),
    completedAt: z.string(),
  })
  .meta({ id: 'DestructionCertificate' });

const STEPS = {
  proposeDestruction: { path: '', summary: '提出销毁个人信息（保管期满）', act: 'propose' },
  approveDestruction: { path: '/approval', summary: '审批并销毁个人信息（须另一人）', act: 'approve' },
  rejectDestruction: { path: '/rejection', summary: '不同意或撤回销毁', act: 'reject' },
} as const;

/** 销毁: what is due, who proposes and who approves, what stands against it, and the certificate. */
export function destructionRoutes(app: Api, services: Services): void {
  const { destructions } = services;

  app.get(
    '/v1/destructions/due',
    {
      schema: {
        operationId: 'listDueDestructions',
        tags: ['archive'],
        summary: '保管期满、待销毁的档案',
        querystring: z.object(ListQuery),
        response: { 200: z.object({ items: z.array(DestructionSchema), nextCursor: z.string().nullable() }), ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const after = decodeCursor(cursor, z.object({ number: z.string().regex(/^[\w-]{1,80}$/) }))?.number ?? '';
      const { items, last } = await destructions.due(userOf(request), { after, limit });
      return { items: items.map(viewOf), nextCursor: last === null ? null : encodeCursor({ number: last }) };
    },
  );

  app.get(
    '/v1/cases/:caseId/destruction',
    {
      schema: {
        operationId: 'getDestruction',
        tags: ['archive'],
        summary: '销毁的办理情况',
        params: CasePath,
        response: { 200: DestructionSchema.extend({ legalHolds: z.array(LegalHoldSchema) }), ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const view = await destructions.view(request.params.caseId, userOf(request));
      return { ...viewOf(view), legalHolds: (await listLegalHolds(services.pool, view.caseId)).map(holdOf) };
    },
  );

  for (const [operationId, { path, summary, act }] of Object.entries(STEPS)) {
    app.post(
      `/v1/cases/:caseId/destruction${path}`,
      {
        schema: {
          operationId,
          tags: ['archive'],
          summary,
          params: CasePath,
          body: z.object({}),
          response: { 200: DestructionSchema, ...COMMON_PROBLEMS, ...problems(409) },
        },
      },
      async (request) => viewOf(await destructions[act](request.params.caseId, userOf(request))),
    );
  }

  certificateRoute(app, services);
  holdRoutes(app, services);
}

function certificateRoute(app: Api, { reader, records, tables }: Services): void {
  app.get(
    '/v1/cases/:caseId/destruction/certificate',
    {
      schema: {
        operationId: 'getDestructionCertificate',
        tags: ['archive'],
        summary: '销毁证明',
        params: CasePath,
        response: { 200: CertificateSchema, ...COMMON_PROBLEMS, ...problems(409) },
      },
    },
    async (request) => {
      const user = userOf(request);
      const db = records.of(scopeOf(user));
      const { record } = await reader.getEvenDestroyed(request.params.caseId, user, 'getDestructionCertificate', db);
      const certificate = await findCertificate(db, record.caseId);
      if (!certificate) throw notFound();
      const completedAt = (await findDestruction(db, record.caseId))?.completedAt;
      if (!completedAt) throw notFinished();
      const { number, content, sha256, issuedAt } = certificate;
      const sentences = certificateSentences(certificate, completedAt, (orgId) => tables.organisations.get(orgId)?.name ?? orgId);
      return { number, caseId: record.caseId, sentences, content, sha256: sha256.toString('hex'), issuedAt: issuedAt.toISOString(), completedAt: completedAt.toISOString() };
    },
  );
}

function holdRoutes(app: Api, { pool, reader, tables }: Services): void {
  app.post(
    '/v1/cases/:caseId/legal-holds',
    {
      schema: {
        operationId: 'placeLegalHold',
        tags: ['archive'],
        summary: '要求保全（不得销毁）',
        params: CasePath,
        body: z.object({ reason: z.enum(LEGAL_HOLD_REASONS) }),
        response: { 201: LegalHoldSchema, ...COMMON_PROBLEMS },
      },
    },
    async (request, reply) => {
      const user = userOf(request);
      const { record } = await reader.getEvenDestroyed(request.params.caseId, user, 'placeLegalHold');
      if (!isOverseer(user.roles) && !isInCharge(record, user, tables)) throw forbidden();
      const hold = await transaction(pool, async (db) => {
        // Before or after the approval of a destruction, never beside it.
        if ((await lockRecord(db, record.caseId))?.destroyedOn) throw new KeyDestroyed(record.caseId);
        return insertLegalHold(db, { id: randomUUID(), caseId: record.caseId, reason: request.body.reason, placedBy: user.id, placedFor: user.onBehalfOf ?? null });
      });
      return reply.code(201).send(holdOf(hold));
    },
  );

  app.post(
    '/v1/cases/:caseId/legal-holds/:holdId/lifting',
    {
      schema: {
        operationId: 'liftLegalHold',
        tags: ['archive'],
        summary: '解除保全',
        description: '审计、监督人员提出的保全只能由审计、监督人员解除；解除保全的人不能审批本案的销毁。',
        params: CasePath.extend({ holdId: PathId }),
        body: z.object({}),
        response: { 200: LegalHoldSchema, ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const user = userOf(request);
      const { caseId, holdId } = request.params;
      const { record } = await reader.getEvenDestroyed(caseId, user, 'liftLegalHold');
      if (!isOverseer(user.roles) && !isInCharge(record, user, tables)) throw forbidden();
      const hold = { id: holdId, caseId: record.caseId };
      const placerRoles = isUuid(holdId) ? await findPlacerRoles(pool, hold) : undefined;
      if (!placerRoles) throw notFound();
      if (isForOverseersToLift(placerRoles) && !isOverseer(user.roles)) throw holdOfOverseer();
      const lifted = await liftLegalHold(pool, { ...hold, liftedBy: user.id });
      if (!lifted) throw notFound();
      return holdOf(lifted);
    },
  );
}

function viewOf({ destruction, ...view }: DestructionView): z.infer<typeof DestructionSchema> {
  return {
    ...view,
    state: destruction?.state ?? null,
    proposedBy: destruction?.proposedBy ?? null,
    proposedAt: destruction?.proposedAt.toISOString() ?? null,
    decidedBy: destruction?.decidedBy ?? null,
    decidedAt: destruction?.decidedAt?.toISOString() ?? null,
    completedAt: destruction?.completedAt?.toISOString() ?? null,
  };
}

function holdOf({ placedAt, liftedAt, placedFor: _for, ...hold }: LegalHold): z.infer<typeof LegalHoldSchema> {
  return { ...hold, placedAt: placedAt.toISOString(), liftedAt: liftedAt?.toISOString() ?? null };
}
