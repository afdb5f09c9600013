import { PROFILE_IDS } from '../../../security/crypto-profile';
import { Seal, SealBroken, type Place } from '../../../security/envelope';

const place: Place = { table: 'case_private', column: 'sealed', rowId: 'row-1' };
const value = { name: '示范户甲', numbers: [1, 2], none: null };

describe.each(PROFILE_IDS)('a value sealed by %s', (profile) => {
  const key = { profile, bytes: Buffer.alloc(32, 5) };
  const seal = new Seal('case-1', key);

  test('opens where it was put, says its format and profile, and holds nothing readable', () => {
    const sealed = seal.seal(place, value);
    expect(seal.open(place, sealed)).toEqual(value);
    expect([...sealed.subarray(0, 2)]).toEqual([1, profile === 'intl' ? 1 : 2]);
    expect(sealed.includes(Buffer.from('示范户甲'))).toBe(false);
  });

  test.each<[string, Seal, Place]>([
    ['another row', seal, { ...place, rowId: 'row-2' }],
    ['another column', seal, { ...place, column: 'body' }],
    ['another table', seal, { ...place, table: 'command' }],
    ['another case with the same key', new Seal('case-2', key), place],
    ['another key', new Seal('case-1', { profile, bytes: Buffer.alloc(32, 6) }), place],
    ['another profile', new Seal('case-1', { profile: profile === 'gm' ? 'intl' : 'gm', bytes: key.bytes }), place],
    ['places that are cut differently', new Seal('case-1c', key), { ...place, table: 'ase_private' }],
  ])('does not open in %s', (_, other, there) => {
    expect(() => other.open(there, seal.seal(place, value))).toThrow(SealBroken);
  });

  test('does not open with another version, another profile byte, or as next to nothing', () => {
    const sealed = seal.seal(place, value);
    for (const at of [0, 1]) {
      const other = Buffer.from(sealed);
      other.writeUInt8(other.readUInt8(at) ^ 3, at);
      expect(() => seal.open(place, other)).toThrow(SealBroken);
    }
    for (const length of [0, 1, 2, 20]) expect(() => seal.open(place, sealed.subarray(0, length))).toThrow(SealBroken);
  });

  test('the error names the place and nothing of the content', () => {
    const error = (() => {
      try {
        return seal.open({ ...place, rowId: 'row-2' }, seal.seal(place, value));
      } catch (thrown) {
        return thrown as SealBroken;
      }
    })();
    expect(error).toMatchObject({ ownerId: 'case-1', place: { rowId: 'row-2' }, message: 'case_private.sealed of row row-2 (case-1) does not open: it was changed, moved, or is under another key' });
  });
});
