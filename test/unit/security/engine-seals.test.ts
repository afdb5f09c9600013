import { randomBytes, randomUUID } from 'node:crypto';
import { defaultPayloadConverter, type Payload, type SerializationContext } from '@temporalio/common';
import fc from 'fast-check';
import { failureConverter } from '../../../infra/temporal/failure-converter';
import { PayloadMisplaced, PlainPayloadRefused, sealedPayload, SealingCodec } from '../../../infra/temporal/payload-codec';
import { PROFILE_IDS, type ProfileId } from '../../../security/crypto-profile';
import { DataKeys, KeyDestroyed, type KeyRows, type StoredKey } from '../../../security/data-keys';
import { EngineSeals } from '../../../security/engine-seals';
import { Seal, SealBroken } from '../../../security/envelope';
import { KeyServiceAway } from '../../../security/key-provider';
import { Keyring } from '../../../security/keyring';
import { caseIdOf, caseWorkflowId } from '../../../workflows/case/messages';

/** The table of keys, which can go away, and counts how often it was asked. */
class Table implements KeyRows {
  readonly rows = new Map<string, StoredKey>();
  asked = 0;
  isAway = false;

  find(ownerId: string): Promise<StoredKey | undefined> {
    this.asked += 1;
    return this.isAway ? Promise.reject(new KeyServiceAway('away')) : Promise.resolve(this.rows.get(ownerId));
  }

  destroy(ownerId: string): void {
    const row = this.rows.get(ownerId);
    if (row) this.rows.set(ownerId, { ...row, wrapped: null });
  }
}

class World {
  readonly table = new Table();
  private readonly provider: Keyring;
  private readonly service: Seal;

  constructor(readonly profile: ProfileId = 'intl') {
    this.provider = new Keyring({ current: 'one', keys: new Map([['one', randomBytes(32)]]), isDevelopment: false }, profile);
    this.service = new Seal('engine', { profile, bytes: randomBytes(32) });
  }

  async newCase(): Promise<{ caseId: string; context: SerializationContext }> {
    const caseId = randomUUID();
    const { stored } = await this.keys().create(caseId);
    this.table.rows.set(caseId, stored);
    return { caseId, context: inWorkflow(caseWorkflowId(caseId)) };
  }

  keys(): DataKeys {
    return new DataKeys('case', this.table, this.provider, this.profile);
  }

  /** A process of the service. */
  codec(plain: 'read' | 'refuse' = 'read', keys: DataKeys = this.keys()): SealingCodec {
    return new SealingCodec(new EngineSeals(keys, this.service, caseIdOf), plain);
  }
}

const inWorkflow = (workflowId: string): SerializationContext => ({ type: 'workflow', namespace: 'default', workflowId });
const inActivity = (workflowId: string): SerializationContext => ({ type: 'activity', namespace: 'default', workflowId, activityId: '1', isLocal: true });
const json = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const valueIn = (payload: Payload | undefined): unknown => defaultPayloadConverter.fromPayload(payload!);
/** What JSON keeps of a value: it knows no -0. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const textOf = ({ metadata, data }: Payload) => [...Object.values(metadata ?? {}), data ?? []].map((bytes) => Buffer.from(bytes as Uint8Array).toString('latin1')).join('\n');

describe.each(PROFILE_IDS)('%s', (profile) => {
  test('whatever a workflow or an activity of a case is given comes back as it was, in another process as well, and nothing of it can be read meanwhile', async () => {
    const world = new World(profile);
    const { context, caseId } = await world.newCase();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 4 }), fc.boolean(), fc.uint8Array(), async (values, isActivity, bytes) => {
        const where = isActivity ? inActivity(caseWorkflowId(caseId)) : context;
        const payloads = [...values.map(json), { metadata: { encoding: Buffer.from('binary/plain') }, data: bytes }];
        const sealed = await world.codec().encode(payloads, where);
        const opened = await world.codec('refuse').decode(sealed, where);
        expect(opened.slice(0, -1).map(valueIn)).toEqual(values.map(asJson));
        expect(Buffer.from(opened.at(-1)!.data!)).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 50, examples: [[[{ '': [-0] }], false, Uint8Array.from([])]] },
    );
    const [sealed] = await world.codec().encode([json('春光里社区')], context);
    expect(textOf(sealed!)).not.toContain(Buffer.from('春光里').toString('latin1'));
    expect(sealedPayload(sealed!)).toMatchObject({ workflowId: caseWorkflowId(caseId), keyId: `case/${caseId}` });
  });

  test('a changed byte anywhere keeps it shut', async () => {
    const world = new World(profile);
    const { context } = await world.newCase();
    const [sealed] = await world.codec().encode([json({ amountFen: 120_000 })], context);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: sealed!.data!.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const data = Uint8Array.from(sealed!.data!);
        data[at] = data[at]! ^ by;
        await expect(world.codec().decode([{ ...sealed, data }], context)).rejects.toBeInstanceOf(SealBroken);
      }),
      { numRuns: 60 },
    );
    await expect(world.codec().decode([{ ...sealed, data: sealed!.data!.slice(0, 10) }], context)).rejects.toBeInstanceOf(SealBroken);
    await expect(world.codec().decode([{ ...sealed, data: undefined }], context)).rejects.toBeInstanceOf(SealBroken);
  });
});

test('a payload that is put into another case, or into a workflow that is no case, does not open there, whatever it is made to say of itself', async () => {
  const world = new World();
  const [own, other] = [await world.newCase(), await world.newCase()];
  const codec = world.codec();
  const [sealed] = await codec.encode([json({ decision: 'approved' })], own.context);
  const saying = (workflowId: string, keyId: string): Payload => ({ ...sealed, metadata: { ...sealed!.metadata, 'sealed-for': Buffer.from(workflowId), 'encryption-key-id': Buffer.from(keyId) } });
  const theirs = caseWorkflowId(other.caseId);
  await expect(codec.decode([sealed!], other.context)).rejects.toBeInstanceOf(PayloadMisplaced);
  await expect(codec.decode([sealed!], inActivity(theirs))).rejects.toBeInstanceOf(PayloadMisplaced);
  await expect(codec.decode([sealed!], inWorkflow('date-walk'))).rejects.toBeInstanceOf(PayloadMisplaced);
  for (const keyId of [`case/${other.caseId}`, `case/${own.caseId}`, 'service', '']) await expect(codec.decode([saying(theirs, keyId)], other.context)).rejects.toBeInstanceOf(SealBroken);
  await expect(codec.decode([saying('date-walk', 'service')], inWorkflow('date-walk'))).rejects.toBeInstanceOf(SealBroken);
  await expect(codec.decode([sealed!], own.context)).resolves.toHaveLength(1);
});

test('of no workflow there are payloads too, and one of them opens in none', async () => {
  const world = new World();
  const { context } = await world.newCase();
  const [sealed] = await world.codec().encode([json('why a task failed')]);
  expect(sealedPayload(sealed!)).toMatchObject({ workflowId: '', keyId: 'service' });
  expect((await world.codec('refuse').decode([sealed!])).map(valueIn)).toEqual(['why a task failed']);
  await expect(world.codec().decode([sealed!], context)).rejects.toBeInstanceOf(PayloadMisplaced);
});

test('what a scheduled workflow leaves to the next one of its schedule opens there, and nowhere else', async () => {
  const codec = new World().codec('refuse');
  const [sealed] = await codec.encode([json(7)], inWorkflow('date-walk-2026-11-21T17:30:00Z'));
  for (const reader of ['date-walk-2026-11-22T17:30:00Z', 'date-walk']) expect((await codec.decode([sealed!], inWorkflow(reader))).map(valueIn)).toEqual([7]);
  await expect(codec.decode([sealed!], inWorkflow('audit-checkpoint-2026-11-22T17:30:00Z'))).rejects.toBeInstanceOf(PayloadMisplaced);
});

test('a case whose key was destroyed says so, and the others go on', async () => {
  const world = new World();
  const [gone, open] = [await world.newCase(), await world.newCase()];
  const codec = world.codec();
  const [sealed] = await codec.encode([json(1)], gone.context);
  const [other] = await codec.encode([json(2)], open.context);
  world.table.destroy(gone.caseId);
  const later = world.codec(); // another process, or this one when it has kept the key for its time
  await expect(later.decode([sealed!], gone.context)).rejects.toBeInstanceOf(KeyDestroyed);
  await expect(later.encode([json(1)], gone.context)).rejects.toBeInstanceOf(KeyDestroyed);
  expect((await later.decode([other!], open.context)).map(valueIn)).toEqual([2]);
});

test('a process that has destroyed a key itself is without it at once', async () => {
  const world = new World();
  const { caseId, context } = await world.newCase();
  const keys = world.keys();
  const codec = world.codec('read', keys);
  const [sealed] = await codec.encode([json(1)], context);
  world.table.destroy(caseId);
  keys.forget(caseId);
  await expect(codec.decode([sealed!], context)).rejects.toBeInstanceOf(KeyDestroyed);
});

test('the table of keys is asked once for a case, however much goes to and fro and at once', async () => {
  const world = new World();
  const { context, caseId } = await world.newCase();
  const codec = world.codec();
  const rounds = Array.from({ length: 20 }, async (_none, index) => codec.decode(await codec.encode([json(index), json('x')], inActivity(caseWorkflowId(caseId))), context));
  await Promise.all(rounds);
  await codec.decode(await codec.encode([json(1)], context), context);
  expect(world.table.asked).toBe(1);
});

test('a history from before opens as it is; where plain payloads are refused, nobody without keys tells a case anything', async () => {
  const world = new World();
  const { context } = await world.newCase();
  expect((await world.codec('read').decode([json({ plain: true })], context)).map(valueIn)).toEqual([{ plain: true }]);
  await expect(world.codec('refuse').decode([json({ plain: true })], context)).rejects.toBeInstanceOf(PlainPayloadRefused);
  await expect(world.codec('refuse').decode([json(null)])).rejects.toBeInstanceOf(PlainPayloadRefused);
});

describe('failures', () => {
  const withDetails = () => Object.assign(new Error('岑言言 is not on file'), { stack: 'Error: 岑言言\n    at visit (visit.ts:1:1)' });

  test('of a failure only its type can be read: neither its message nor its stack, nor those of its cause', () => {
    const error = new Error('outer', { cause: withDetails() });
    const failure = failureConverter.errorToFailure(error, defaultPayloadConverter);
    const { encodedAttributes, cause, ...open } = failure;
    expect(JSON.stringify(open)).not.toMatch(/outer|岑/);
    expect(JSON.stringify({ ...cause, encodedAttributes: null })).not.toMatch(/岑/);
    expect(encodedAttributes).toBeDefined();
    expect(cause?.encodedAttributes).toBeDefined();
    expect(failureConverter.failureToError(failure, defaultPayloadConverter)).toMatchObject({ message: 'outer', cause: expect.objectContaining({ message: '岑言言 is not on file' }) as unknown });
  });

  test('they are sealed by the case, and by the service when the key of the case cannot be had: a worker must be able to tell that it cannot go on', async () => {
    const world = new World();
    const { caseId, context } = await world.newCase();
    const { encodedAttributes } = failureConverter.errorToFailure(withDetails(), defaultPayloadConverter);
    const [usual] = await world.codec().encode([encodedAttributes!], inActivity(caseWorkflowId(caseId)));
    expect(sealedPayload(usual!)?.keyId).toBe(`case/${caseId}`);
    world.table.isAway = true;
    const codec = world.codec('refuse');
    await expect(codec.encode([json('a result')], context)).rejects.toBeInstanceOf(KeyServiceAway);
    const [sealed] = await codec.encode([encodedAttributes!], context);
    expect(sealedPayload(sealed!)).toMatchObject({ keyId: 'service', workflowId: caseWorkflowId(caseId) });
    expect(textOf(sealed!)).not.toContain('visit.ts');
    expect((await codec.decode([sealed!], context)).map(valueIn)).toEqual([expect.objectContaining({ message: '岑言言 is not on file' })]);
    const other = await world.newCase();
    await expect(codec.decode([sealed!], other.context)).rejects.toBeInstanceOf(PayloadMisplaced);
  });
});
