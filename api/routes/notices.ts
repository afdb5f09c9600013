import { z } from 'zod';
import { NOTICE_KINDS, NOTICE_MEDIA } from '../../domain/case-facts';
import { mayUse } from '../operation-access';
import { COMMAND_PROBLEMS, CommandHeaders, keyAndVersion, type Api, type Services } from '../operation';
import { CaseSchema } from '../schemas/case';
import { CasePath, LongText, PathId, PersonName, Place, ShortText } from '../schemas/values';
import { caseCommand } from './case-command';

const NoticePath = CasePath.extend({ kind: z.enum(NOTICE_KINDS) });

/** What somebody who may not read the case is told: that the objection was taken down, and nothing of the case. */
const ObjectionReceipt = z.object({ objectionId: PathId, noticeKind: z.enum(NOTICE_KINDS) }).meta({ id: 'ObjectionReceipt' });

/** 公示 and 异议. */
export function noticeRoutes(app: Api, services: Services): void {
  const { commands, reader } = services;

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
      const { version, commandId, isRepeat } = await commands.carryOut({
        command: 'raiseObjection',
        caseId,
        user: request.user,
        body: { kind, ...request.body },
        facts: () => ({ kind }),
        ...keyAndVersion(request.headers),
      });
      request.audited.isRepeat = isRepeat;
      const { user } = request;
      const mayRead = user !== null && mayUse('getCase', user.roles) && (await reader.find(caseId, user)) !== undefined;
      return mayRead ? reader.viewAfter(caseId, version) : { objectionId: commandId, noticeKind: kind };
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
