import { z } from 'zod';
import { sessionOf, userOf } from '../authentication';
import { COMMON_PROBLEMS, problems, type Api, type Services } from '../operation';
import { answerSession } from '../session-answer';
import { SessionAnswer } from '../schemas/sign-in';

const Code = z.string().trim().min(6).max(40);

/** One's own second factor: enrolling it, and giving its code where an identity provider has not vouched for one. */
export function secondFactorRoutes(app: Api, services: Services): void {
  const { factors } = services.signIn;

  app.post(
    '/v1/session/second-factor',
    {
      schema: {
        operationId: 'startSecondFactor',
        tags: ['session'],
        summary: '开始绑定验证器',
        description: 'Shows the secret this once. It counts from its first code on (confirmSecondFactor).',
        response: { 200: z.object({ otpauthUri: z.string(), secret: z.string().meta({ description: 'Base32, to be typed in' }) }), ...COMMON_PROBLEMS, ...problems(409) },
      },
    },
    (request) => factors.start(userOf(request), sessionOf(request)),
  );

  app.post(
    '/v1/session/second-factor/confirmation',
    {
      schema: {
        operationId: 'confirmSecondFactor',
        tags: ['session'],
        summary: '完成绑定验证器',
        description: 'Ends all sessions; this one goes on under the token of the answer. The recovery codes are shown this once.',
        body: z.object({ code: Code }),
        response: { 200: SessionAnswer.extend({ recoveryCodes: z.array(z.string()) }), ...COMMON_PROBLEMS, ...problems(409, 422) },
      },
    },
    async (request, reply) => {
      const { token, recoveryCodes } = await factors.confirm(userOf(request), sessionOf(request), request.body.code, request.ip);
      return { ...(await answerSession(services, request, reply, token)), recoveryCodes };
    },
  );

  app.post(
    '/v1/session/second-factor/code',
    {
      schema: {
        operationId: 'provideSecondFactor',
        tags: ['session'],
        summary: '提交动态验证码',
        description: 'After a sign-in through an identity provider that has not vouched for a second factor.',
        body: z.object({ code: Code }),
        response: { 200: SessionAnswer, ...COMMON_PROBLEMS, ...problems(429) },
      },
    },
    async (request, reply) => {
      const { token } = await factors.provide(userOf(request), sessionOf(request), request.body.code, request.ip);
      return answerSession(services, request, reply, token);
    },
  );
}
