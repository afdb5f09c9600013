import fc from 'fast-check';
import { BlindIndex, type IndexedKind } from '../../../security/blind-index';
import { PROFILE_IDS } from '../../../security/crypto-profile';

const KINDS: IndexedKind[] = ['idNumber', 'phone', 'cardNumber', 'name'];

describe.each(PROFILE_IDS)('by %s', (profile) => {
  const index = new BlindIndex(profile, Buffer.alloc(32, 1));

  test.each<[IndexedKind, string, string]>([
    ['idNumber', '99010019780516001x', ' 99010019780516001X '],
    ['idNumber', '990100197805160011', '９９０１００１９７８０５１６００１１'],
    ['phone', '19800000001', '+86 198-0000-0001'],
    ['phone', '19800000001', '008619800000001'],
    ['cardNumber', '6200001000000237577', '6200 0010 0000 0237 577'],
    ['name', '阿依古丽·买买提', '阿依古丽•买买提'],
    ['name', '柏禾禾', ' 柏禾禾 '],
  ])('%s: %s and %s are the same', (kind, one, other) => {
    expect(index.of(kind, one)).toEqual(index.of(kind, other));
  });

  test.each<[IndexedKind, string, string]>([
    ['idNumber', '990100197805160011', '990100197805160012'],
    ['phone', '19800000001', '19800000002'],
    // A number abroad that begins as the prefix does stays whole.
    ['phone', '8619800', '19800'],
    ['name', '柏禾禾', '柏禾'],
  ])('%s: %s and %s are not', (kind, one, other) => {
    expect(index.of(kind, one)).not.toEqual(index.of(kind, other));
  });

  test('a value has another hash of each kind, and under another key', () => {
    const hashes = [...KINDS.map((kind) => index.of(kind, '123')), new BlindIndex(profile, Buffer.alloc(32, 2)).of('phone', '123')];
    expect(new Set(hashes.map((hash) => hash.toString('hex'))).size).toBe(KINDS.length + 1);
  });

  test('whose case it is: both numbers together, however they are written; one of them changed is somebody else', () => {
    const digits = (length: number) => fc.stringMatching(new RegExp(`^[1-9][0-9]{${length - 1}}$`));
    fc.assert(
      fc.property(digits(18), digits(10), digits(18), digits(10), (idNumber, end, otherId, otherEnd) => {
        const [phone, otherPhone] = [`1${end}`, `1${otherEnd}`];
        const own = index.ofApplicant({ idNumber, phone });
        expect(index.ofApplicant({ idNumber: ` ${idNumber} `, phone: `+86 ${phone.slice(0, 3)}-${phone.slice(3)}` })).toEqual(own);
        if (otherId !== idNumber) expect(index.ofApplicant({ idNumber: otherId, phone })).not.toEqual(own);
        if (otherPhone !== phone) expect(index.ofApplicant({ idNumber, phone: otherPhone })).not.toEqual(own);
        // Neither number is found by it alone.
        expect([index.of('idNumber', idNumber), index.of('phone', phone)]).not.toContainEqual(own);
      }),
    );
  });

  test('a digest of a command is not the one that anybody could make', () => {
    const digest = 'ab'.repeat(32);
    expect(index.ofCommand(digest)).toMatch(/^[0-9a-f]{64}$/);
    expect(index.ofCommand(digest)).not.toBe(digest);
  });
});

test('two profiles have two hashes', () => {
  const [one, other] = PROFILE_IDS.map((profile) => new BlindIndex(profile, Buffer.alloc(32, 1)).of('name', '柏禾禾'));
  expect(one).not.toEqual(other);
});
