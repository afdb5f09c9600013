import { randomUUID } from 'node:crypto';
import type { CaseView } from '../../../api/schemas/case';
import { LIANGXI, givenApplication } from '../given/application';
import { expectProblem, pathsOf } from '../given/problem';
import { ServiceClient, type Reply } from '../given/service-client';
import { givenCase, WalkedCase, type DisbursementView } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const underKey = () => ({ 'idempotency-key': randomUUID() });

/** Everything of an answer but the case's clock, which goes on. */
function said({ status, body }: Reply<CaseView>): object {
  return { status, body: { ...body, now: undefined } };
}

async function eventTypes(walked: WalkedCase): Promise<string[]> {
  const { body } = await walked.send<{ items: { type: string }[] }>('listCaseEvents', walked.clerk, { limit: 200 });
  return body.items.map(({ type }) => type);
}

describe('the same request under the same key', () => {
  test('is answered as the first time, and done once', async () => {
    const walked = await WalkedCase.submit(client);
    const headers = underKey();
    const body = { items: [{ kind: 'medicalBill' }] };
    const first = await walked.send('addMaterials', walked.clerk, body, headers);
    const again = await walked.send('addMaterials', walked.clerk, body, headers);
    expect(said(again)).toEqual(said(first));
    expect((await eventTypes(walked)).filter((type) => type === 'materialsAdded')).toHaveLength(1);
  });

  test('is answered as the first time even after the case has gone on', async () => {
    const walked = await WalkedCase.submit(client);
    await walked.does('signAuthorization');
    const headers = underKey();
    const first = await walked.send('acceptApplication', walked.clerk, {}, headers);
    await walked.look();
    await walked.walkTo('notice1');
    expect(said(await walked.send('acceptApplication', walked.clerk, {}, headers))).toEqual(said(first));
    expect((await walked.look()).state).toBe('notice1');
  });

  test('tells somebody who is not signed in no more the second time than the first', async () => {
    const walked = await WalkedCase.submit(client);
    const headers = underKey();
    const object = () => walked.send<unknown>('raiseObjection', null, { kind: 'first', about: '情况不实' }, headers);
    const [first, second] = [await object(), await object()];
    expect(expectProblem(first, 409, 'NOT_AWAITED').awaiting).toEqual([]);
    expect(second).toEqual(first);
  });

  test('is one command when both arrive at once', async () => {
    const walked = await WalkedCase.submit(client);
    const headers = underKey();
    const sent = Array.from({ length: 8 }, () => walked.send('addMaterials', walked.clerk, { items: [{ kind: 'medicalBill' }] }, headers));
    const replies = await Promise.all(sent);
    expect(new Set(replies.map((reply) => JSON.stringify(said(reply)))).size).toBe(1);
    expect(replies[0]?.status).toBe(200);
    expect((await eventTypes(walked)).filter((type) => type === 'materialsAdded')).toHaveLength(1);
  });

  test('is refused as the first time when it was refused, also when the reason is gone', async () => {
    const walked = await WalkedCase.submit(client);
    const headers = underKey();
    expectProblem(await walked.send('acceptApplication', walked.clerk, {}, headers), 409, 'AUTHORIZATION_MISSING');
    await walked.does('signAuthorization');
    expectProblem(await walked.send('acceptApplication', walked.clerk, {}, headers), 409, 'AUTHORIZATION_MISSING');
    expect((await walked.send('acceptApplication', walked.clerk)).status).toBe(200);
  });

  test('makes one case, and names it every time', async () => {
    const application = { ...givenApplication() };
    const headers = underKey();
    const first = await client.call<CaseView>('submitApplication', LIANGXI.clerk, application, headers);
    const again = await client.call<CaseView>('submitApplication', LIANGXI.clerk, application, headers);
    expect(first.status).toBe(201);
    expect(said(again)).toEqual(said(first));
  });

  test('makes one case when it is sent again before the first answer came', async () => {
    const application = { ...givenApplication() };
    const headers = underKey();
    const replies = await Promise.all(Array.from({ length: 5 }, () => client.call<CaseView>('submitApplication', LIANGXI.clerk, application, headers)));
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
  });

  test('makes one objection, and its receipt is the same', async () => {
    const walked = await givenCase(client, 'notice1');
    await walked.does('postNotice');
    const headers = underKey();
    const objection = { kind: 'first', about: '情况不实' };
    const first = await walked.send<object>('raiseObjection', null, objection, headers);
    const again = await walked.send<object>('raiseObjection', null, objection, headers);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect((await walked.look()).notices[0]?.objections).toHaveLength(1);
  });
});

describe('another request under a key that was used', () => {
  test('is refused: another body, another case, another operation', async () => {
    const [one, other] = await Promise.all([WalkedCase.submit(client), WalkedCase.submit(client)]);
    const headers = underKey();
    const bill = { items: [{ kind: 'medicalBill' }] };
    expect((await one.send('addMaterials', one.clerk, bill, headers)).status).toBe(200);
    const others = [
      one.send('addMaterials', one.clerk, { items: [{ kind: 'diagnosisOrDischarge' }] }, headers),
      other.send('addMaterials', other.clerk, bill, headers),
      one.send('acceptApplication', one.clerk, {}, headers),
      client.call('submitApplication', one.clerk, { ...givenApplication() }, headers),
    ];
    for (const reply of await Promise.all(others)) expectProblem(reply, 422, 'IDEMPOTENCY_KEY_REUSED');
    expect((await eventTypes(one)).filter((type) => type === 'materialsAdded')).toHaveLength(1);
    expect((await other.look()).version).toBe(other.view.version);
  });

  test('does not touch the key of somebody else', async () => {
    const [one, other] = await Promise.all([givenCase(client, 'upperReview'), givenCase(client, 'upperReview')]);
    const headers = underKey();
    expect((await one.send('returnForCorrection', 'wx-liangxi.handler', { reason: '补正' }, headers)).status).toBe(200);
    expect((await other.send('withdrawApplication', other.clerk, { reason: '撤回' }, headers)).status).toBe(200);
  });
});

describe('money needs a key', () => {
  test('prepareDisbursement and releaseDisbursement are refused without one', async () => {
    const walked = await givenCase(client, 'disbursement');
    const without = { 'idempotency-key': null };
    const prepare = await walked.send('prepareDisbursement', 'wx-liangxi.finance', walked.usual('prepareDisbursement'), without);
    expect(pathsOf(expectProblem(prepare, 400, 'INVALID_INPUT'))).toEqual(['headers.idempotency-key']);

    const { id: disbursementId } = await walked.preparesDisbursement();
    const release = await client.call('releaseDisbursement', 'wx-liangxi.treasurer', { disbursementId }, without);
    expect(pathsOf(expectProblem(release, 400, 'INVALID_INPUT'))).toEqual(['headers.idempotency-key']);
    expect((await walked.look()).payments.map(({ state }) => state)).toEqual(['prepared']);
  });

  test('a preparation that is sent again is one disbursement', async () => {
    const walked = await givenCase(client, 'disbursement');
    const headers = underKey();
    const send = () => walked.send<DisbursementView>('prepareDisbursement', 'wx-liangxi.finance', walked.usual('prepareDisbursement'), headers);
    const first = await send();
    const again = await send();
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    expect((await walked.look()).disbursements).toHaveLength(1);
  });

  test('a release that is sent again pays once and is no error', async () => {
    const walked = await givenCase(client, 'disbursement');
    const { id: disbursementId } = await walked.preparesDisbursement();
    const headers = underKey();
    const send = () => client.call<DisbursementView>('releaseDisbursement', 'wx-liangxi.treasurer', { disbursementId }, headers);
    const replies = [await send(), await send()];
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    await walked.becomes(({ state }) => state === 'active');
    const types = await eventTypes(walked);
    expect(types.filter((type) => type === 'disbursementReleased' || type === 'paymentPaid')).toEqual(['disbursementReleased', 'paymentPaid']);
  });

  test('commands that move no money need none', async () => {
    const walked = await WalkedCase.submit(client);
    expect((await walked.send('addMaterials', walked.clerk, walked.usual('addMaterials'), { 'idempotency-key': null })).status).toBe(200);
  });
});

describe('If-Match', () => {
  test('with the version that is there the command is done, quoted or not', async () => {
    const walked = await WalkedCase.submit(client);
    const { status, headers } = await walked.send('getCase', walked.clerk);
    expect(status).toBe(200);
    const etag = headers.get('etag') ?? '';
    const first = await walked.send('addMaterials', walked.clerk, walked.usual('addMaterials'), { 'if-match': etag });
    expect(first.status).toBe(200);
    const second = await walked.send('addMaterials', walked.clerk, walked.usual('addMaterials'), { 'if-match': String(first.body.version) });
    expect(second.status).toBe(200);
  });

  test('with an older one it is refused with the version that is there, and nothing is written', async () => {
    const walked = await WalkedCase.submit(client);
    const seen = walked.view.version;
    const { version } = await walked.does('addMaterials');
    const problem = expectProblem(await walked.send('withdrawApplication', walked.clerk, { reason: '撤回' }, { 'if-match': `"${seen}"` }), 412, 'VERSION_CONFLICT');
    expect(problem.version).toBe(version);
    expect(await walked.look()).toMatchObject({ state: 'intake', version });
  });

  test('does not bring an ended case back', async () => {
    const walked = await WalkedCase.submit(client);
    const seen = walked.view.version;
    await walked.does('withdrawApplication');
    const reply = await walked.send<unknown>('addMaterials', walked.clerk, walked.usual('addMaterials'), { 'if-match': `"${seen}"` });
    expect([409, 412]).toContain(reply.status);
  });

  test('moves no money by what somebody saw before', async () => {
    const walked = await givenCase(client, 'disbursement');
    const seen = walked.view.version;
    const { id: disbursementId } = await walked.preparesDisbursement();
    expectProblem(await client.call('releaseDisbursement', 'wx-liangxi.treasurer', { disbursementId }, { 'if-match': `"${seen}"` }), 412, 'VERSION_CONFLICT');
    expect((await walked.look()).payments.map(({ state }) => state)).toEqual(['prepared']);
  });
});
