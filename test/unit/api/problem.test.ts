import { Writable } from 'node:stream';
import { ServiceError } from '@temporalio/client';
import Fastify from 'fastify';
import { EngineAway } from '../../../api/engine';
import { answerProblems } from '../../../api/problem';
import { loggerOptions } from '../../../api/request-log';
import { KeyServiceAway } from '../../../security/key-provider';

/** As pg has it: what it was asked is among its fields. */
const recordAway = Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432'), { code: 'ECONNREFUSED', where: '林小禾' });
const kmsAway = new KeyServiceAway('the key management service (KMS_URL) does not answer', { cause: Object.assign(new Error('unable to verify the first certificate'), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }) });

/** As the engine's client has it: what the engine said is the cause of what the client says. */
const ofEngine = (said: string, code: number) => new ServiceError('Workflow Update failed', { cause: Object.assign(new Error(`${code} ${said}`), { code, details: said, metadata: {} }) });
const engineAway = new EngineAway('the engine did not answer', { cause: ofEngine('UNAVAILABLE: no connection established', 14) });

/** What is answered and what is logged when a route fails with `error`. */
async function failing(error: Error) {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  const options = loggerOptions('warn');
  const app = Fastify({ logger: { ...(options as object), stream } });
  answerProblems(app);
  app.get('/', () => Promise.reject(error));
  const reply = await app.inject({ url: '/', headers: { 'accept-language': 'en' } });
  await app.close();
  return { reply, lines };
}

test.each([
  ['the record', recordAway, 'ECONNREFUSED'],
  ['the keeper of the keys, for a certificate that is not trusted', kmsAway, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['the engine', engineAway, 'no connection established'],
])('that %s does not answer is told to operators with its cause, and to the caller without', async (_what, error, cause) => {
  const { reply, lines } = await failing(error);
  expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([503, 'ENGINE_UNAVAILABLE']);
  expect(reply.body).not.toContain(cause);
  expect(lines).toEqual([expect.objectContaining({ level: 'warn', msg: 'the engine, the record or the keeper of its keys did not answer' })]);
  expect(JSON.stringify(lines)).toContain(cause);
  expect(JSON.stringify(lines)).not.toContain('林小禾');
});

test('our own fault is told to operators, and the caller learns nothing of it', async () => {
  const { reply, lines } = await failing(Object.assign(new Error('relation "x" does not exist'), { code: '42P01', detail: 'Key (id_number)=(99010019850317301X)' }));
  expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([500, 'INTERNAL_ERROR']);
  expect(reply.body).not.toMatch(/relation|42P01|9901/);
  expect(lines).toEqual([expect.objectContaining({ level: 'error', msg: 'a request failed' })]);
  expect(JSON.stringify(lines)).toContain('42P01');
  expect(JSON.stringify(lines)).not.toContain('9901');
});

test('of a call that the engine refused in a way we do not know, operators are told what it said', async () => {
  const { reply, lines } = await failing(ofEngine('FAILED_PRECONDITION: something new', 9));
  expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([500, 'INTERNAL_ERROR']);
  expect(lines).toEqual([expect.objectContaining({ msg: 'a request failed', err: expect.objectContaining({ cause: expect.objectContaining({ code: '9', message: '9 FAILED_PRECONDITION: something new' }) as unknown }) as unknown })]);
});
