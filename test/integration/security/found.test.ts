import sharp from 'sharp';
import { DocumentClient } from '../given/document-client';
import { ServiceClient, type Json } from '../given/service-client';
import { expectProblem } from '../given/problem';
import { testStack } from '../../stack/test-stack';
import { caseIn } from './situations';

/** What the attacks of this folder have found, each by itself: docs/security/tests.md. The client fails over any fault of the service. */
let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const cursor = (key: Json) => Buffer.from(JSON.stringify(key)).toString('base64url');
const ID = '00000000-0000-4000-8000-000000000000';

describe('a cursor of the right form, with something in it that no query can compare', () => {
  test.each<[operation: string, as: string, key: Json]>([
    ['listUsers', 'wx.admin', { name: 'a\u0000b' }],
    ['listMachineClients', 'wx.admin', { id: '\u0000' }],
    ['listMachineClients', 'wx.admin', { id: '\ud800' }],
    ['listAuditEntries', 'wx.auditor', { at: '0000-01-01T00:00:00.000Z', shown: 1 }],
    ['listDelegations', 'wx.head', { createdAt: '0000-01-01T00:00:00.000Z', id: ID }],
    ['listFileImportBatches', 'wx.head', { createdAt: '0000-01-01T00:00:00.000Z', id: ID }],
  ])('%s by %s: %j is bad input', async (operation, as, key) => {
    expectProblem(await client.call(operation, as, { cursor: cursor(key) }), 400, 'INVALID_INPUT');
  });

  test.each([{ chain: '\u0000', seq: 1 }, { chain: '\ud800', seq: 1 }])('listAccessesToCase by wx.auditor: %j is bad input', async (place) => {
    const { id } = await caseIn(client, 'county', 'intake');
    expectProblem(await client.call('listAccessesToCase', 'wx.auditor', { caseId: id, cursor: cursor({ at: '2024-01-01T00:00:00.000Z', ...place }) }), 400, 'INVALID_INPUT');
  });

  test('the largest numbers and the last years are ends of a list like others', async () => {
    const { body, status } = await client.call<{ items: unknown[] }>('listAuditEntries', 'wx.auditor', { cursor: cursor({ at: '2001-01-01T00:00:00.000Z', shown: 5_000 }) });
    expect([status, body.items]).toEqual([200, []]);
    const { id } = await caseIn(client, 'county', 'intake');
    const ofCase = await client.call<{ items: unknown[] }>('listAccessesToCase', 'wx.auditor', { caseId: id, cursor: cursor({ at: '2001-01-01T00:00:00.000Z', chain: 'x', seq: Number.MAX_SAFE_INTEGER }) });
    expect([ofCase.status, ofCase.body.items]).toEqual([200, []]);
  });
});

test('a version beyond all versions of tasks is bad input', async () => {
  const walked = await caseIn(client, 'county', 'upperReviewCompared');
  const taskId = walked.view.awaiting[0]?.task;
  for (const [operation, as] of [['claimTask', 'wx-liangxi.handler'], ['releaseTask', 'wx-liangxi.handler'], ['reassignTask', 'wx-liangxi.head']] as const) {
    expectProblem(await client.call(operation, as, { taskId, version: 2_147_483_648, toUser: 'wx-liangxi.handler' }), 400, 'INVALID_INPUT');
  }
});

describe('a document that ends too early, or says something impossible of itself, is refused', () => {
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const starts = { archive: Buffer.from('PK\u0003\u0004'), packed: Buffer.from([0x1f, 0x8b, 8]), jpeg: Buffer.from([0xff, 0xd8, 0xff]), png, riff: Buffer.from('RIFF'), pdf: Buffer.from('%PDF-1.7'), xml: Buffer.from('<?xml '), ogg: Buffer.from('OggS') };
  const rests = [Buffer.alloc(0), Buffer.from(' not a workbook'), Buffer.alloc(60), Buffer.alloc(200, 0xff)];

  test.each(Object.entries(starts))('%s', async (_name, start) => {
    const walked = await caseIn(client, 'county', 'intake');
    const clerk = await DocumentClient.signIn(walked.clerk);
    for (const rest of rests) {
      const { status, body } = await clerk.upload(walked.id, Buffer.concat([start, rest]));
      expect([status, body.code]).toEqual([expect.any(Number), expect.stringMatching(/^DOCUMENT_(TYPE_NOT_ALLOWED|UNREADABLE|NOT_INSPECTABLE)$/)]);
      expect([415, 422]).toContain(status);
    }
  });

  test('a picture, wherever in its head it ends', async () => {
    const walked = await caseIn(client, 'county', 'intake');
    const clerk = await DocumentClient.signIn(walked.clerk);
    const whole = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'white' } }).png().toBuffer();
    for (let length = 4; length < 60; length += 3) expect([415, 422]).toContain((await clerk.upload(walked.id, whole.subarray(0, length))).status);
    expect((await clerk.upload(walked.id, whole)).status).toBe(201);
  });
});

test('a list of cases is narrowed by all its conditions at once, and by one less, one after the other on each connection', async () => {
  const filter = { state: 'active', hardshipClass: 'relative', orgId: 'wx-liangxi', recheckDueBefore: '2030-01-01', applicantName: '柏禾禾' };
  for (let turn = 0; turn < 20; turn++) {
    const replies = await Promise.all([
      client.call('searchCases', 'wx.handler', filter),
      client.call('searchCases', 'wx.handler', { ...filter, cardNumber: '6200001000000237577' }),
      client.call('searchCases', 'wx.handler', { ...filter, phone: '19900000021', limit: 1 }),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
  }
});

test('a delegation that would begin where the calendar ends is bad input', async () => {
  const asked = { fromUser: 'wx-liangxi.head', toUser: 'wx.head', fromOn: '2200-12-31', untilOn: '2200-12-31', roles: ['head'] };
  expectProblem(await client.call('delegateDuties', 'wx-liangxi.head', asked), 400, 'INVALID_INPUT');
});

test('a multipart body that is none, or is broken off, is bad input', async () => {
  const walked = await caseIn(client, 'county', 'intake');
  const { authorization } = await DocumentClient.signIn('wx-liangxi.handler');
  const start = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\nhalf';
  for (const body of ['{"a":1}', '--x\r\n', '', start, `${start}\r\n--x`, '--y--\r\n']) {
    for (const path of [`/v1/cases/${walked.id}/documents`, '/v1/file-imports/batches']) {
      const reply = await fetch(`${testStack().url}${path}`, { method: 'POST', headers: { authorization, 'content-type': 'multipart/form-data; boundary=x' }, body });
      expect({ path, body, status: [400, 415].includes(reply.status) ? 'refused' : reply.status }).toEqual({ path, body, status: 'refused' });
    }
  }
});

test('the audit of one person, of a kind that no command is of, is a list as well for whoever has a union above', async () => {
  for (const as of ['bz.admin', 'bz.auditor', 'bz.supervisor']) {
    const { status, body } = await client.call<{ items: { actor: string; kind: string }[] }>('listAuditEntries', as, { actor: 'bz.admin', kind: 'signIn' });
    expect(status).toBe(200);
    expect(body.items.length).toBeGreaterThan(0);
    expect(body.items.filter(({ actor, kind }) => actor !== 'bz.admin' || kind !== 'signIn')).toEqual([]);
  }
});
