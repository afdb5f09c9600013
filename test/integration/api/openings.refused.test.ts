import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { connect } from '../../../store/db';
import { givenApplication, LIANGXI } from '../given/application';
import { givenClosed } from '../given/file-life';
import { expectProblem } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { importOf, WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
let pool: Pool;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
  pool = connect(testStack().databaseUrl, 2);
});
afterAll(() => pool.end());

/** What is kept of the command that somebody sent under a key. */
async function keptOf(key: string): Promise<Json> {
  const { rows } = await pool.query<Json>(
    `select c.operation, c.actor, c.state, length(c.body) as "bodyBytes", c.body_digest <> '' as "hasDigest", c.refusals #>> '{0,code}' as refused, c.answered_at is not null as "isAnswered",
            exists (select from case_key k where k.case_id = c.case_id and k.case_id not in (select case_id from case_opening)) as "hasKey"
       from command c where c.idempotency_key = $1`,
    [key],
  );
  expect(rows).toHaveLength(1);
  return rows[0]!;
}
const refusal = (operation: string, actor: string, refused = 'HOUSEHOLD_ALREADY_FILED') => ({ operation, actor, state: 'refused', bodyBytes: 0, hasDigest: true, refused, isAnswered: true, hasKey: false });

/** Nothing that was sent may outlive the household's case, which ends ten years later: a refused opening has no case to end with. */
describe('of a refused opening who, when, why and a digest are kept, and nothing that was sent', () => {
  test.each([
    ['submitApplication', LIANGXI.clerk],
    ['importFile', 'wx-liangxi.handler'],
  ])('%s of a household that is filed already; under its key the same refusal comes again', async (operation, as) => {
    const walked = await (operation === 'importFile' ? WalkedCase.importFile(client) : WalkedCase.submit(client));
    const body: Json = operation === 'importFile' ? importOf(walked.application, { hardshipClass: 'relative', establishedOn: '2023-11-13' }) : { ...walked.application };
    const key = randomUUID();
    const send = (fields: Json = {}) => client.call(operation, as, { ...body, ...fields }, { 'idempotency-key': key });
    expect(expectProblem(await send(), 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBe(walked.id);
    expect(await keptOf(key)).toEqual(refusal(operation, as));
    expect(expectProblem(await send(), 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBe(walked.id);
    expectProblem(await send({ residence: { ...walked.application.residence, address: '示例路999号' } }), 422, 'IDEMPOTENCY_KEY_REUSED');
    expect(await keptOf(key)).toEqual(refusal(operation, as));
  });

  test('what a rule refuses before anybody looks for the household', async () => {
    const key = randomUUID();
    const body = importOf(givenApplication(), { hardshipClass: 'relative', establishedOn: '2199-01-01' });
    expectProblem(await client.call('importFile', 'wx-liangxi.handler', body, { 'idempotency-key': key }), 422, 'DATE_NOT_POSSIBLE');
    expect(await keptOf(key)).toEqual(refusal('importFile', 'wx-liangxi.handler', 'DATE_NOT_POSSIBLE'));
  });

  test('reportRelapse of a file that has left, which names the case before it', async () => {
    const walked = await givenClosed(client);
    expect((await walked.send('reportRelapse', walked.clerk, walked.usual('reportRelapse'))).status).toBe(201);
    const key = randomUUID();
    const send = () => walked.send('reportRelapse', walked.clerk, walked.usual('reportRelapse'), { 'idempotency-key': key });
    const { linkedTo } = expectProblem(await send(), 409, 'HOUSEHOLD_ALREADY_FILED');
    expect(await keptOf(key)).toEqual(refusal('reportRelapse', walked.clerk));
    expect(expectProblem(await send(), 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBe(linkedTo);
  });

  test('many at once under one key: one refusal is kept, and all are told it', async () => {
    const walked = await WalkedCase.submit(client);
    const key = randomUUID();
    const replies = await Promise.all(Array.from({ length: 5 }, () => client.call('submitApplication', LIANGXI.clerk, { ...walked.application }, { 'idempotency-key': key })));
    for (const reply of replies) expect(expectProblem(reply, 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBe(walked.id);
    expect(await keptOf(key)).toEqual(refusal('submitApplication', LIANGXI.clerk));
  });

  test('and no key is kept that belongs to no case', async () => {
    const { rows } = await pool.query<{ n: number }>(
      `select count(*) as n from case_key k join command c using (case_id) where c.operation in ('submitApplication', 'importFile', 'reportRelapse') and c.state = 'refused'
          and not exists (select from case_opening o where o.case_id = k.case_id)`,
    );
    expect(rows).toEqual([{ n: 0 }]);
  });
});
