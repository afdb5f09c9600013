import fc from 'fast-check';
import { canonical, eventHash, GENESIS } from '../../../store/event-hash';

const event = { caseId: 'c', seq: 1, type: 'assessed', effectiveOn: '2023-11-13', actor: null, data: { assessment: { netFen: 3_500_000, eligible: ['deep', 'relative'] } } };

describe('the canonical form', () => {
  test('does not depend on the order of the keys, at any depth', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).reverse().map(([key, inner]) => [key, reversed(inner)]));
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonical(reversed(value))).toBe(canonical(value));
      }),
    );
  });
  test('keeps the order of lists: what came first matters', () => {
    expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
  });
  test('is JSON that says the same, so that it comes back from the database with the same hash', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonical(JSON.parse(canonical(value)))).toBe(canonical(value));
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
  test('leaves out what is undefined, as JSON does, and keeps null', () => {
    expect(canonical({ b: undefined, a: null })).toBe('{"a":null}');
  });
});

describe('the chain', () => {
  test('begins with 32 zero bytes and goes on with SHA-256', () => {
    expect(GENESIS).toEqual(Buffer.alloc(32));
    expect(eventHash(GENESIS, event)).toHaveLength(32);
  });
  test('is the same for the same event, wherever its keys stand', () => {
    const { type, ...rest } = event;
    expect(eventHash(GENESIS, { ...rest, type })).toEqual(eventHash(GENESIS, event));
  });
  test('notices a change of any field, one fen deep inside included', () => {
    const changes = [
      { ...event, seq: 2 },
      { ...event, actor: 'wx.handler' },
      { ...event, effectiveOn: '2023-11-14' },
      { ...event, data: { assessment: { netFen: 3_500_001, eligible: ['deep', 'relative'] } } },
      { ...event, data: { assessment: { netFen: 3_500_000, eligible: ['relative', 'deep'] } } },
    ];
    const hashes = [event, ...changes].map((each) => eventHash(GENESIS, each).toString('hex'));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
  test('notices what was changed before: every later hash follows from the earlier ones', () => {
    const second = { ...event, seq: 2 };
    const first = eventHash(GENESIS, event);
    const forged = eventHash(GENESIS, { ...event, actor: 'somebody' });
    expect(eventHash(first, second)).not.toEqual(eventHash(forged, second));
  });
});
