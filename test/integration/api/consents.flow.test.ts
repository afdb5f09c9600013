import { createHash } from 'node:crypto';
import { LIANGXI } from '../given/application';
import { DocumentClient } from '../given/document-client';
import { photo } from '../given/documents';
import { expectProblem, pathsOf } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { givenCase, WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const registerOf = async ({ id }: WalkedCase, as = LIANGXI.clerk) => {
  const { status, body } = await client.call<{ items: Json[] }>('listConsents', as, { caseId: id });
  expect(status).toBe(200);
  return body.items;
};

test('the texts can be read, each under the digest that signatures name', async () => {
  const { body } = await client.call<{ items: { version: number; wording: string; sha256: string; purposes: { id: string; clause: string }[] }[] }>('listConsentTexts', LIANGXI.clerk);
  expect(body.items.map(({ version }) => version)).toEqual([1]);
  for (const { wording, sha256, purposes } of body.items) {
    expect(createHash('sha256').update(wording).digest('hex')).toBe(sha256);
    for (const { clause } of purposes) expect(wording).toContain(clause);
  }
  expectProblem(await client.call('listConsentTexts', null), 401, 'UNAUTHENTICATED');
});

test('a signature that says nothing more is the form in use that day, on paper, for the comparison alone; one may say more', async () => {
  const walked = await WalkedCase.submit(client);
  await walked.does('signAuthorization');
  const [text] = (await client.call<{ items: Json[] }>('listConsentTexts', LIANGXI.clerk)).body.items;
  const known = { id: 'checkAuthorization', version: 1, sha256: text!.sha256 };
  expect(await registerOf(walked)).toEqual([
    { memberNo: 1, signedOn: '2024-03-04', validUntil: '2024-09-04', purposes: ['dataComparison'], text: known, method: 'paper', documentId: null, recordedOn: '2024-03-04', recordedBy: LIANGXI.clerk, withdrawnOn: null, state: 'inForce' },
  ]);
  const { body: scan } = await (await DocumentClient.signIn(LIANGXI.clerk)).upload(walked.id, await photo(), { kind: 'checkAuthorization' });
  await walked.does('signAuthorization', { textVersion: 1, purposes: ['dataComparison', 'publicNotice'], method: 'electronic', documentId: scan.id });
  expect(await registerOf(walked, 'wx-liangxi.handler')).toMatchObject([{ state: 'superseded' }, { state: 'inForce', purposes: ['dataComparison', 'publicNotice'], method: 'electronic', documentId: scan.id, text: known }]);
});

test('a paper older than the first text is taken, and its text is not made up', async () => {
  const walked = await WalkedCase.submit(client);
  await walked.does('signAuthorization', { signedOn: '2022-12-31' });
  expect(await registerOf(walked)).toMatchObject([{ text: null, signedOn: '2022-12-31', state: 'expired' }]);
  expect((await walked.look()).authorization).toEqual({ complete: false, missingMemberNos: [1] });
});

test('what nobody can have signed is refused: no such version, none of that day, purposes without the comparison, a scan of another case', async () => {
  const walked = await WalkedCase.submit(client);
  const other = await WalkedCase.submit(client);
  const sign = (fields: Json) => walked.send('signAuthorization', LIANGXI.clerk, { ...walked.usual('signAuthorization'), ...fields });
  expect(pathsOf(expectProblem(await sign({ textVersion: 2 }), 400, 'INVALID_INPUT'))).toEqual(['body.textVersion']);
  expect(pathsOf(expectProblem(await sign({ textVersion: 1, signedOn: '2022-12-31' }), 400, 'INVALID_INPUT'))).toEqual(['body.textVersion']);
  expect(pathsOf(expectProblem(await sign({ purposes: ['publicNotice'] }), 400, 'INVALID_INPUT'))).toEqual(['body.purposes']);
  expect(pathsOf(expectProblem(await sign({ purposes: ['dataComparison', 'marketing'] }), 400, 'INVALID_INPUT'))).toEqual(['body.purposes.1']);
  const { body: scan } = await (await DocumentClient.signIn(LIANGXI.clerk)).upload(other.id, await photo());
  expectProblem(await sign({ documentId: scan.id }), 422, 'DOCUMENT_NOT_USABLE');
  expect(await registerOf(walked)).toEqual([]);
});

test('an authorisation that was taken back carries no comparison any more, whatever old paper comes in, until it is signed anew', async () => {
  const walked = await givenCase(client, 'upperReview');
  expect([...walked.view.possible].map(({ command }) => command)).toContain('withdrawAuthorization');
  await walked.does('withdrawAuthorization');
  expect(expectProblem(await walked.send('recordComparison', 'wx-liangxi.handler', { result: 'consistent' }), 409, 'AUTHORIZATION_MISSING').memberNos).toEqual([1]);
  expectProblem(await walked.send('signAuthorization', walked.clerk, { signers: [1], signedOn: '2024-03-04' }), 422, 'DATE_NOT_POSSIBLE');
  expectProblem(await walked.send('withdrawAuthorization', walked.clerk, walked.usual('withdrawAuthorization')), 409, 'NOT_AWAITED');
  await walked.does('signAuthorization');
  expect((await walked.does('recordComparison')).comparison).toMatchObject({ state: 'reported' });
  expect((await registerOf(walked)).map(({ state }) => state)).toEqual(['withdrawn', 'inForce']);
});

test('a file’s authorisation can be taken back in every box of its life; who has signed nothing has nothing to take back', async () => {
  const walked = await WalkedCase.importFile(client);
  expectProblem(await walked.send('withdrawAuthorization', walked.clerk, walked.usual('withdrawAuthorization')), 409, 'NOT_AWAITED');
  await walked.does('signAuthorization');
  expectProblem(await walked.send('withdrawAuthorization', 'wx-liangxi.handler', walked.usual('withdrawAuthorization')), 403, 'FORBIDDEN');
  await walked.does('withdrawAuthorization', { reason: '本人书面撤回' });
  expectProblem(await walked.send('recordComparison', 'wx-liangxi.handler', { result: 'consistent' }), 409, 'AUTHORIZATION_MISSING');
});

test('another union sees no register', async () => {
  const walked = await WalkedCase.submit(client);
  for (const stranger of ['bz.handler', 'wx-xishan.handler']) expectProblem(await client.call('listConsents', stranger, { caseId: walked.id }), 404, 'NOT_FOUND');
  expectProblem(await client.call('listConsents', 'wx-liangxi.admin', { caseId: walked.id }), 403, 'FORBIDDEN');
});
