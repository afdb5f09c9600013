import { z } from 'zod';
import { FOUR_CLEAR, VISITOR_KINDS } from '../../domain/case-facts';
import { listRecused } from '../../store/recusal.store';
import { findTypedUsers } from '../../store/user.store';
import { userOf } from '../authentication';
import { replacedHousehold } from '../household-check';
import { applicationCase } from '../new-cases';
import { COMMAND_PROBLEMS, CommandHeaders, problems, type Api, type Services } from '../operation';
import { Application } from '../schemas/application';
import { CaseSchema } from '../schemas/case';
import { CaseHousehold, Materials } from '../schemas/household';
import { CasePath, LongText, PersonName, PlainDate } from '../schemas/values';
import { ConsentInput, consentTermsOf } from '../consent-terms';
import { mustBeUsable } from '../document-check';
import { invalidInput } from '../problem';
import { both } from '../schema-messages';
import { caseCommand, NoBody } from './case-command';

/** By which an application of an applicant's own account comes. */
const OWN_CHANNEL = 'selfApplication.online';

const FourClearText = z.object(Object.fromEntries(FOUR_CLEAR.map((section) => [section, z.string().max(4000).optional()])) as Record<(typeof FOUR_CLEAR)[number], z.ZodOptional<z.ZodString>>);

const MemberNos = z.array(z.int().min(1).max(99)).min(1).max(30);

/** Intake and visit: ⑤ and the first half of ⑩ of the chart. */
export function intakeRoutes(app: Api, services: Services): void {
  const { openings, reader } = services;

  app.post(
    '/v1/cases',
    {
      schema: {
        operationId: 'submitApplication',
        tags: ['intake'],
        summary: '提交申请',
        headers: CommandHeaders.omit({ 'if-match': true }),
        body: Application,
        response: { 201: CaseSchema, ...COMMAND_PROBLEMS, ...problems(429) },
      },
    },
    async (request, reply) => {
      const user = userOf(request);
      if (user.applicant && request.body.channel !== OWN_CHANNEL) throw invalidInput([{ path: 'body.channel', message: both('应为网上自主申请', `must be ${OWN_CHANNEL}`) }]);
      const asked = { user, idempotencyKey: request.headers['idempotency-key'] };
      const opened = await openings.open(applicationCase(request.body, asked));
      request.openedCaseId = opened.caseId;
      request.audited.isRepeat = opened.isRepeat;
      return reply.code(201).send(await reader.viewAfter(opened.caseId, opened, user));
    },
  );

  caseCommand(app, services, {
    command: 'signAuthorization',
    tag: 'intake',
    path: '/authorizations',
    params: CasePath,
    body: z.object({ signers: MemberNos, signedOn: PlainDate, ...ConsentInput }),
    facts: async ({ signers, signedOn, ...given }, { record }) => {
      await mustBeUsable(services.pool, record.caseId, given.documentId === undefined ? [] : [given.documentId]);
      return { signers, signedOn, consent: consentTermsOf(services.consentTexts, signedOn, given) };
    },
  });

  caseCommand(app, services, {
    command: 'withdrawAuthorization',
    tag: 'intake',
    path: '/authorization-withdrawals',
    params: CasePath,
    body: z.object({ memberNos: MemberNos, withdrawnOn: PlainDate, reason: LongText.optional() }),
    facts: ({ memberNos, withdrawnOn }) => ({ memberNos, withdrawnOn }),
  });

  caseCommand(app, services, {
    command: 'addMaterials',
    tag: 'intake',
    path: '/materials',
    params: CasePath,
    body: z.object({ items: z.array(Materials.element.extend({ documentId: z.string().max(100).optional() })).min(1).max(50) }),
    facts: async ({ items }, { record }) => {
      await mustBeUsable(services.pool, record.caseId, items.flatMap(({ documentId }) => documentId ?? []));
      return { items: items.map(({ documentId, ...item }) => item) };
    },
  });

  caseCommand(app, services, {
    command: 'acceptApplication',
    tag: 'intake',
    path: '/acceptance',
    params: CasePath,
    body: NoBody,
    facts: () => ({}),
  });

  caseCommand(app, services, {
    command: 'returnForCorrection',
    tag: 'intake',
    path: '/corrections',
    params: CasePath,
    body: z.object({ reason: LongText, items: z.array(z.string().trim().min(1).max(200)).max(50).optional() }),
    facts: () => ({}),
  });

  caseCommand(app, services, {
    command: 'withdrawApplication',
    tag: 'intake',
    path: '/withdrawal',
    params: CasePath,
    body: z.object({ reason: LongText }),
    facts: () => ({}),
  });

  caseCommand(app, services, {
    command: 'recordVisit',
    tag: 'intake',
    path: '/visits',
    params: CasePath,
    body: z.object({
      visitedOn: PlainDate,
      visitors: z
        .array(z.object({ name: PersonName, kind: z.enum(VISITOR_KINDS), user: z.string().trim().min(1).max(100).optional().meta({ description: 'user name, where the visitor is a user' }) }))
        .max(20),
      fourClear: FourClearText,
      household: CaseHousehold.optional(),
    }),
    facts: async ({ visitedOn, visitors, fourClear, household }, { record }) => {
      // Who visited does not judge the visit: a name that is meant for a user and is none would let that user do so.
      const users = await findTypedUsers(services.pool, visitors.flatMap(({ name, user }) => (user === undefined ? [name] : [name, user])));
      const unknown = visitors.flatMap(({ user }, index) => (user === undefined || users.has(user) ? [] : [`body.visitors.${index}.user`]));
      if (unknown.length > 0) throw invalidInput(unknown.map((path) => ({ path, message: both('没有此用户名', 'there is no user of that name') })));
      const visitorUsers = [...new Set(users.values())];
      const recusedUsers = await listRecused(services.pool, visitorUsers, record.caseId);
      return {
        visitedOn,
        visitors: visitors.map((visitor) => visitor.kind),
        visitorUsers,
        ...(recusedUsers.length > 0 && { recusedUsers }),
        sections: FOUR_CLEAR.filter((section) => (fourClear[section] ?? '').trim() !== ''),
        household: household && (await replacedHousehold(services, record, household)),
      };
    },
  });
}
