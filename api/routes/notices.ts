import { z } from 'zod';
import { NOTICE_KINDS, NOTICE_MEDIA } from '../../domain/case-facts';
import { mayUse } from '../../access/operations';
import { MAIN_REASONS, openNotice, publicNotice } from '../../access/public-notice';
import { KeyDestroyed } from '../../security/data-keys';
import { findAnyCase } from '../../store/case.store';
import { isUuid } from '../case-id';
import { COMMAND_PROBLEMS, CommandHeaders, keyAndVersion, problems, type Api, type Services } from '../operation';
import { invalidInput, notFound, RefusedByRule } from '../problem';
import { both } from '../schema-messages';
import { CaseSchema } from '../schemas/case';
import { CasePath, LongText, PathId, PersonName, Place, ShortText } from '../schemas/values';
import { caseCommand } from './case-command';

const NoticePath = CasePath.extend({ kind: z.enum(NOTICE_KINDS) });

/** What somebody who may not read the case is told: that the objection was taken down, and nothing of the case. */
const ObjectionReceipt = z.object({ objectionId: PathId, noticeKind: z.enum(NOTICE_KINDS) }).meta({ id: 'ObjectionReceipt' });

/** What A-20 names, and nothing else: the answer is cut to this schema once more. */
const PublicNoticeSchema = z
  .object({
    kind: z.enum(NOTICE_KINDS),
    applicantName: z.string(),
    unit: z.string().meta({ description: '工作单位，没有单位的为社区工会' }),
    hardshipClass: z.string().nullable(),
    mainReason: z.enum(MAIN_REASONS),
    exitKind: z.string().nullable(),
    postedBy: z.string(),
    postedOn: z.string(),
    closesOn: z.string(),
  })
  .meta({ id: 'PublicNotice' });

/** Neither that a case has been destroyed nor where it stands is told to somebody who may not read it, the first time and on every repetition. */
function toldToStrangers(error: KeyDestroyed | RefusedByRule): Error {
  if (error instanceof KeyDestroyed) return notFound();
  const [first, ...others] = error.refusals;
  return new RefusedByRule(first.code === 'NOT_AWAITED' ? [{ code: 'NOT_AWAITED', awaiting: [] }] : [first, ...others]);
}

/** 公示 and 异议. */
export function noticeRoutes(app: Api, services: Services): void {
  const { pool, tables, commands, reader } = services;

  caseCommand(app, services, {
    command: 'postNotice',
    tag: 'notice',
    path: '/notices',
    params: CasePath,
    body: z.object({ kind: z.enum(NOTICE_KINDS), medium: z.enum(NOTICE_MEDIA), place: Place, proofDocumentId: ShortText.optional() }),
    facts: ({ kind, medium, place }, { user }) => ({ kind, medium, place, byOrgId: user.orgId }),
  });

  app.post(
    '/v1/cases/:caseId/notices/:kind/objections',
    {
      schema: {
        operationId: 'raiseObjection',
        tags: ['notice'],
        summary: '提出异议（无需登录）',
        security: [],
        params: NoticePath,
        headers: CommandHeaders,
        body: z.object({ raisedBy: PersonName.optional(), contact: ShortText.optional(), about: LongText }),
        response: { 200: z.union([CaseSchema, ObjectionReceipt]), ...COMMAND_PROBLEMS },
      },
    },
    async (request) => {
      const { caseId, kind } = request.params;
      const { user } = request;
      const viewerOf = async () => (user !== null && mayUse('getCase', user.roles) && (await reader.find(caseId, user)) !== undefined ? user : null);
      const asked = keyAndVersion(request.headers);
      // Who has seen no version has none to compare with, and is not told by trying them which one there is.
      if (asked.ifVersion !== undefined && !(await viewerOf())) throw invalidInput([{ path: 'headers.if-match', message: both('仅供可查看本案的人使用', 'only for those who may read the case') }]);
      const carryingOut = commands.carryOut({ command: 'raiseObjection', caseId, user, body: { kind, ...request.body }, facts: () => ({ kind }), ...asked });
      const done = await carryingOut.catch(async (error: unknown) => {
        const isToldAll = !(error instanceof KeyDestroyed || error instanceof RefusedByRule) || (await viewerOf()) !== null;
        throw isToldAll ? error : toldToStrangers(error);
      });
      request.audited.isRepeat = done.isRepeat;
      const viewer = await viewerOf();
      return viewer ? reader.viewAfter(caseId, done, viewer) : { objectionId: done.commandId, noticeKind: kind };
    },
  );

  app.get(
    '/v1/cases/:caseId/notices/:kind',
    {
      schema: {
        operationId: 'getPublicNotice',
        tags: ['notice'],
        summary: '公示内容（无需登录，公示期内）',
        security: [],
        params: NoticePath,
        response: { 200: PublicNoticeSchema, ...problems(400, 404, 500, 503) },
      },
    },
    async (request) => {
      const { caseId, kind } = request.params;
      const stored = isUuid(caseId) ? await findAnyCase(pool, caseId) : undefined;
      const nowMs = Date.now() + (stored?.clockOffsetMs ?? 0);
      if (!stored || !openNotice(stored.record, kind, nowMs)) throw notFound();
      const personal = await reader.personalOf(stored).catch((error: unknown) => {
        throw error instanceof KeyDestroyed ? notFound() : error;
      });
      const notice = publicNotice(stored.record, kind, personal, nowMs, (orgId) => tables.organisations.get(orgId)?.name ?? orgId);
      if (!notice) throw notFound();
      return notice;
    },
  );

  caseCommand(app, services, {
    command: 'resolveObjection',
    tag: 'notice',
    path: '/notices/:kind/objections/:objectionId/resolution',
    params: NoticePath.extend({ objectionId: PathId }),
    body: z.object({ outcome: z.enum(['sustained', 'dismissed']), finding: LongText }),
    facts: ({ outcome }, { params }) => ({ outcome, kind: params.kind, objectionId: params.objectionId }),
  });
}
