import { z } from 'zod';
import { isIdNumber, normaliseIdNumber } from '../../domain/identity-number';
import { problems, type Api, type Services } from '../operation';
import { invalidInput } from '../problem';
import { both } from '../schema-messages';
import { SessionAnswer } from '../schemas/sign-in';
import { elevenDigits, IdNumber, MobileNumber } from '../schemas/values';
import { answerSession } from '../session-answer';

/** Signing in as an applicant: a code by telephone, and the ID number with it. */
export function applicantSignInRoutes(app: Api, services: Services): void {
  const { applicants } = services.signIn;

  app.post(
    '/v1/applicant/codes',
    {
      schema: {
        operationId: 'requestCode',
        tags: ['session'],
        summary: '申请人：获取短信验证码',
        description: 'Answered alike for every number, whether anybody has it on file. A code holds for five minutes and one use; the pause before the next one grows.',
        security: [],
        body: z.object({ phone: MobileNumber }),
        response: { 202: z.object({ expiresInSeconds: z.int() }), ...problems(400, 429, 503) },
      },
    },
    async (request, reply) => {
      const { expiresInSeconds } = await applicants.requestCode(elevenDigits(request.body.phone), request.ip);
      return reply.code(202).send({ expiresInSeconds });
    },
  );

  app.post(
    '/v1/applicant/session',
    {
      schema: {
        operationId: 'confirmCode',
        tags: ['session'],
        summary: '申请人：凭验证码登录',
        description: 'Opens the cases in which both this telephone number and this ID number stand as the applicant\'s; without one, a first application may be filed with them.',
        security: [],
        body: z.object({ phone: MobileNumber, code: z.string().trim().regex(/^\d{6}$/, both('应为 6 位数字', 'six digits')), idNumber: IdNumber }),
        response: { 200: SessionAnswer, ...problems(400, 401, 429) },
      },
    },
    async (request, reply) => {
      const { code } = request.body;
      const phone = elevenDigits(request.body.phone);
      const idNumber = normaliseIdNumber(request.body.idNumber);
      // Said before the code is looked at, which a slip of the finger should not use up.
      if (!isIdNumber(idNumber)) throw invalidInput([{ path: 'body.idNumber', message: both('不是有效的身份证号码', 'not an ID number') }]);
      const { token } = await applicants.confirmCode({ phone, code, idNumber }, request.ip);
      return answerSession(services, request, reply, token);
    },
  );
}
