import { z } from 'zod';
import { relationsFor } from '../../access/operations';
import { relationsTo } from '../../access/relations';
import { getPrivate } from '../../store/case-private.store';
import { findDisbursement, type DisbursementRow } from '../../store/disbursement.store';
import { isRecused } from '../../store/recusal.store';
import type { User } from '../../store/user.store';
import { userOf } from '../authentication';
import { isUuid } from '../case-id';
import { COMMAND_PROBLEMS, COMMON_PROBLEMS, keyAndVersion, MoneyHeaders, type Api, type Services } from '../operation';
import { notFound, recused } from '../problem';
import { scopeOf } from '../scope';
import { CasePath, PathId } from '../schemas/values';
import { NoBody } from './case-command';

const DisbursementSchema = z
  .object({
    id: z.string(),
    caseId: z.string(),
    orgId: z.string(),
    state: z.enum(['prepared', 'released', 'settled', 'dropped']),
    preparedBy: z.string(),
    preparedOn: z.string(),
    releasedBy: z.string().nullable(),
    items: z.array(
      z.object({ paymentId: z.string(), aidType: z.string(), amountFen: z.int(), state: z.enum(['prepared', 'sent', 'paid', 'returned', 'dropped']), reason: z.string().nullable() }),
    ),
  })
  .meta({ id: 'Disbursement' });

const DisbursementPath = z.object({ disbursementId: PathId });

/** ⑫ 打卡发放: one person prepares, another releases (R-BZ-31). Money always needs an idempotency key. */
export function disbursementRoutes(app: Api, { pool, records, keys, tables, commands }: Services): void {
  const getOwn = async (id: string, user: User): Promise<DisbursementRow> => {
    const disbursement = isUuid(id) ? await findDisbursement(records.of(scopeOf(user)), id) : undefined;
    // A disbursement belongs to the union that owns the file: for every other one it does not exist.
    if (disbursement?.orgId === user.orgId) return disbursement;
    throw (await isOfRecused(id, user)) ? recused() : notFound();
  };
  const isOfRecused = async (id: string, user: User): Promise<boolean> => {
    const found = isUuid(id) ? await findDisbursement(pool, id) : undefined;
    return found?.orgId === user.orgId && isRecused(pool, scopeOf(user).users, found.caseId);
  };
  const mayRead = ({ orgId }: DisbursementRow, user: User): boolean => {
    const allowed = relationsFor('getDisbursement', user.roles);
    const owner = tables.organisations.get(orgId)?.path ?? null;
    return relationsTo({ grassroots: null, reviewer: null, owner }, user.orgPath).some((relation) => allowed.has(relation));
  };
  const view = (row: DisbursementRow) => DisbursementSchema.parse(row);

  app.post(
    '/v1/cases/:caseId/disbursements',
    {
      schema: {
        operationId: 'prepareDisbursement',
        tags: ['money'],
        summary: '编制发放批次',
        params: CasePath,
        headers: MoneyHeaders,
        body: z.object({ paymentIds: z.array(z.string().max(100)).max(100) }),
        response: { 201: DisbursementSchema, ...COMMAND_PROBLEMS },
      },
    },
    async (request, reply) => {
      const { caseId } = request.params;
      const { paymentIds } = request.body;
      const user = userOf(request);
      const { commandId, isRepeat } = await commands.carryOut({
        command: 'prepareDisbursement',
        caseId,
        user,
        body: request.body,
        facts: async ({ version }) => {
          const { applicant, bankAccount } = await getPrivate(records.of(scopeOf(user)), keys, caseId);
          return { paymentIds, payeeIsApplicant: bankAccount?.holderName === applicant.name, accountSeenAt: version };
        },
        ...keyAndVersion(request.headers),
      });
      request.audited.isRepeat = isRepeat;
      return reply.code(201).send(view(await getOwn(commandId, user)));
    },
  );

  app.post(
    '/v1/disbursements/:disbursementId/release',
    {
      schema: {
        operationId: 'releaseDisbursement',
        tags: ['money'],
        summary: '放行发放批次',
        params: DisbursementPath,
        headers: MoneyHeaders,
        body: NoBody,
        response: { 200: DisbursementSchema, ...COMMAND_PROBLEMS },
      },
    },
    async (request) => {
      const { disbursementId } = request.params;
      const { caseId } = await getOwn(disbursementId, userOf(request));
      const { isRepeat } = await commands.carryOut({
        command: 'releaseDisbursement',
        caseId,
        user: userOf(request),
        body: { disbursementId },
        facts: () => ({ disbursementId }),
        ...keyAndVersion(request.headers),
      });
      request.audited.isRepeat = isRepeat;
      return view(await getOwn(disbursementId, userOf(request)));
    },
  );

  app.get(
    '/v1/disbursements/:disbursementId',
    {
      schema: {
        operationId: 'getDisbursement',
        tags: ['money'],
        summary: '查看发放批次',
        params: DisbursementPath,
        response: { 200: DisbursementSchema, ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const { disbursementId } = request.params;
      const disbursement = isUuid(disbursementId) ? await findDisbursement(records.of(scopeOf(userOf(request))), disbursementId) : undefined;
      if (!disbursement || !mayRead(disbursement, userOf(request))) throw notFound();
      return view(disbursement);
    },
  );
}
