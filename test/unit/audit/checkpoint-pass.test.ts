import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointFile, checkpointFileIn } from '../../../audit/checkpoint-file';
import { headsLine, signedLine, type CheckpointLine } from '../../../audit/checkpoint-lines';
import { checkpointKeyOf, newSigningKey, signerOf } from '../../../audit/checkpoint-signer';
import { byId } from '../../../audit/signing-key';
import { gapAtTheEnd, passCheckpoints } from '../../../audit/verify/checkpoint-pass';
import { Faults } from '../../../audit/verify/faults';
import { MentionSpool } from '../../../audit/verify/mention-spool';

const HOUR = 3_600_000;
const FROM = Date.parse('2026-11-21T00:10:00.000Z');
const CHAIN = 'case:ab000000-0000-4000-8000-000000000000';
const signer = signerOf(newSigningKey('intl'));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bihuan-checkpoints-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Checkpoints as the service writes them, one for each hour that is named. */
async function write(hours: readonly number[], by = signer): Promise<void> {
  const file = new CheckpointFile(directory);
  for (const hour of hours) {
    const last = await file.last();
    const n = (last?.line.n ?? 0) + 1;
    const heads = headsLine({ checkpoint: n, part: 1, heads: [[CHAIN, n, 'aa']] });
    const headsDigest = createHash('sha256').update(`${heads}\n`).digest('hex');
    const closing = signedLine({ n, at: new Date(FROM + hour * HOUR).toISOString(), previous: last?.digest ?? null, chains: 1, changed: 1, headsDigest, digest: 'd' }, by);
    await file.append(inTurn([heads, closing]));
  }
}

async function* inTurn(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}

const lines = () => readFileSync(checkpointFileIn(directory), 'utf8').trimEnd().split('\n');
const rewrite = (changed: readonly string[]) => writeFileSync(checkpointFileIn(directory), changed.map((line) => `${line}\n`).join(''));

async function pass(bounds: { sinceMs?: number; untilMs?: number; wanted?: number } = {}) {
  const [spool, faults] = [new MentionSpool(), new Faults()];
  try {
    const found = await passCheckpoints({ directory, keys: byId([checkpointKeyOf(signer.publicKey)]), spool, faults, ...bounds });
    await spool.finish();
    const mentions = await spool.read('ab', (batch) => found.batches.has(batch));
    return { found, told: faults.kept.map(({ kind, checkpoint }) => `${kind} ${checkpoint ?? ''}`), mentions: mentions.get(CHAIN)?.map(({ seq }) => seq) ?? [] };
  } finally {
    spool.remove();
  }
}

test('checkpoints that nobody touched have no fault, and all that they say is known', async () => {
  await write([0, 1, 2, 3]);
  const { found, told, mentions } = await pass({ wanted: 3 });
  expect({ told, mentions, checkpoints: found.checkpoints, last: found.last?.n, wanted: found.wanted?.n }).toEqual({ told: [], mentions: [1, 2, 3, 4], checkpoints: 4, last: 4, wanted: 3 });
});

test('the file is for nobody else, and grows at its end only', async () => {
  await write([0]);
  const before = readFileSync(checkpointFileIn(directory), 'utf8');
  await write([1]);
  expect(readFileSync(checkpointFileIn(directory), 'utf8').startsWith(before)).toBe(true);
  expect(statSync(checkpointFileIn(directory)).mode & 0o777).toBe(0o600);
});

test('a checkpoint that was taken away is named', async () => {
  await write([0, 1, 2, 3]);
  rewrite(lines().filter((_line, index) => index !== 2 && index !== 3));
  expect((await pass()).told).toEqual(['checkpointRemoved 2']);
});

test('the first one that was taken away is named', async () => {
  await write([0, 1, 2]);
  rewrite(lines().slice(2));
  expect((await pass()).told).toEqual(['checkpointRemoved 1']);
});

test('two that changed places are named', async () => {
  await write([0, 1, 2, 3]);
  const all = lines();
  rewrite([...all.slice(0, 2), ...all.slice(4, 6), ...all.slice(2, 4), ...all.slice(6)]);
  expect((await pass()).told).toEqual(['checkpointReordered 2']);
});

test('one that was put in twice is named', async () => {
  await write([0, 1, 2]);
  const all = lines();
  rewrite([...all, ...all.slice(2, 4)]);
  expect((await pass()).told).toEqual(['checkpointReordered 2']);
});

test.each(['at', 'chains', 'digest', 'headsDigest', 'previous'] as const)('a changed %s is named, as long as the key is unknown to whoever changed it', async (field) => {
  await write([0, 1, 2]);
  const all = lines();
  const line = JSON.parse(all[3] ?? '') as CheckpointLine;
  const other = { at: new Date(FROM).toISOString(), chains: 9, digest: 'e', headsDigest: 'f', previous: '00' }[field];
  all[3] = (all[3] ?? '').replace(JSON.stringify(line[field]), JSON.stringify(other));
  rewrite(all);
  expect((await pass()).told).toEqual(['checkpointChanged 2']);
});

test('changed heads are named, and count for nothing', async () => {
  await write([0, 1, 2]);
  const all = lines();
  all[2] = (all[2] ?? '').replace('"aa"', '"bb"');
  rewrite(all);
  const { told, mentions } = await pass();
  expect(told).toEqual(['checkpointChanged 2']);
  expect(mentions).toEqual([1, 3]);
});

test('heads that were taken out, or brought from another checkpoint, are named', async () => {
  await write([0, 1, 2]);
  const all = lines();
  rewrite(all.filter((_line, index) => index !== 2));
  expect((await pass()).told).toEqual(['checkpointChanged 2']);
  rewrite([...all.slice(0, 2), all[0] ?? '', ...all.slice(3)]);
  expect((await pass()).told).toEqual(['checkpointChanged 2']);
});

test('a line that says the same in another spelling is not taken', async () => {
  await write([0, 1]);
  const all = lines();
  rewrite(all.map((line, index) => (index === 3 ? line.replace('"chains":1', '"chains": 1') : line)));
  expect((await pass()).told).toEqual(['checkpointChanged 2']);
});

test('somebody who writes all of it anew signs with a key that nobody knows', async () => {
  await write([0, 1], signerOf(newSigningKey('intl')));
  expect((await pass()).told).toEqual(['signature 1', 'signature 2']);
});

test('a key of another kind is refused before it is asked', () => {
  const rsa = '-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==\n-----END PUBLIC KEY-----\n';
  expect(() => checkpointKeyOf(rsa)).toThrow('another kind than Ed25519 or SM2');
  expect(() => checkpointKeyOf('nothing')).toThrow('no public key');
});

test('more than two hours without a checkpoint are a gap, an hour is none', async () => {
  await write([0, 1, 4]);
  expect((await pass()).told).toEqual(['gap 3']);
  expect((await pass({ sinceMs: FROM + 5 * HOUR })).told).toEqual([]);
});

test('the gap up to now counts as well, and that there is no checkpoint at all', async () => {
  expect(gapAtTheEnd((await pass()).found, FROM)).toBe('there is no checkpoint');
  await write([0, 1]);
  const { found } = await pass();
  expect(gapAtTheEnd(found, FROM + 2 * HOUR)).toBeUndefined();
  expect(gapAtTheEnd(found, FROM + 4 * HOUR)).toMatch(/^there has been none since 2026-11-21T01:10/);
});

test('for a copy of an earlier moment later checkpoints do not count', async () => {
  await write([0, 1, 2]);
  const { found, told, mentions } = await pass({ untilMs: FROM + 1.5 * HOUR });
  expect({ told, mentions, checkpoints: found.checkpoints }).toEqual({ told: [], mentions: [1, 2], checkpoints: 2 });
});

test.each(['{"checkpoint":3,"heads":[["case:', '{"algorithm":"Ed25519","at":"2026'])('what a crash left half written is no fault: %s', async (torn) => {
  await write([0, 1]);
  appendFileSync(checkpointFileIn(directory), torn);
  expect((await pass()).told).toEqual([]);
  await write([2, 3]);
  const { found, told, mentions } = await pass();
  expect({ told, mentions, checkpoints: found.checkpoints }).toEqual({ told: [], mentions: [1, 2, 3, 4], checkpoints: 4 });
});

test('a checkpoint of which a crash took nothing but the line feed is one, and the next comes after it', async () => {
  await write([0, 1]);
  writeFileSync(checkpointFileIn(directory), lines().join('\n'));
  await write([2]);
  const { found, told, mentions } = await pass();
  expect({ told, mentions, checkpoints: found.checkpoints }).toEqual({ told: [], mentions: [1, 2, 3], checkpoints: 3 });
});

test('heads that a crash left without their checkpoint count for nothing', async () => {
  await write([0]);
  appendFileSync(checkpointFileIn(directory), `${headsLine({ checkpoint: 2, part: 1, heads: [[CHAIN, 77, 'cc']] })}\n`);
  await write([1]);
  const { told, mentions } = await pass();
  expect({ told, mentions }).toEqual({ told: [], mentions: [1, 2] });
});

test('the last checkpoint is found from the end, behind more than a block of lines', async () => {
  await write([0, 1]);
  const many = Array.from({ length: 20_000 }, (_, index) => [`case:${index}`, 1, 'a'.repeat(64)] as const);
  for (let part = 1; part <= 20; part++) appendFileSync(checkpointFileIn(directory), `${headsLine({ checkpoint: 3, part, heads: many.slice((part - 1) * 1000, part * 1000) })}\n`);
  expect((await new CheckpointFile(directory).last())?.line.n).toBe(2);
});
