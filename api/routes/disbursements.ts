import { z } from 'zod';
import { getPrivate } from '../../store/case-private.store';
import { findDisbursement, type DisbursementRow } from '../../store/disbursement.store';
import type { User } from '../../store/user.store';
import { userOf } from '../authentication';
import { isUuid } from '../case-commands';
import { COMMAND_PROBLEMS, COMMON_PROBLEMS, keyAndVersion, MoneyHeaders, type Api, type Services } from '../operation';
import { notFound } from '../problem';
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
export function disbursementRoutes(app: Api, { pool, tables, commands }: Services): void {
  const getOwn = async (id: string, user: User): Promise<DisbursementRow> => {
    const disbursement = isUuid(id) ? await findDisbursement(pool, id) : undefined;
    // A disbursement belongs to the union that owns the file: for every other one it does not exist.
    if (disbursement?.orgId !== user.orgId) throw notFound();
    return disbursement;
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
      const { commandId, isRepeat } = await commands.carryOut({
        command: 'prepareDisbursement',
        caseId,
        user: userOf(request),
        body: request.body,
        facts: async () => {
          const { applicant, bankAccount } = await getPrivate(pool, caseId);
          return { paymentIds, payeeIsApplicant: bankAccount?.holderName === applicant.name };
        },
        ...keyAndVersion(request.headers),
      });
      request.audited.isRepeat = isRepeat;
      return reply.code(201).send(view(await getOwn(commandId, userOf(request))));
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
      const disbursement = isUuid(disbursementId) ? await findDisbursement(pool, disbursementId) : undefined;
      const owner = disbursement && tables.organisations.get(disbursement.orgId);
      if (!disbursement || !owner?.path.startsWith(userOf(request).orgPath)) throw notFound();
      return view(disbursement);
    },
  );
}
