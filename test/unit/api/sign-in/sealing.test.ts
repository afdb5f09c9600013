import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { sealerWith } from '../../../../api/sign-in/sealing';

const sealer = sealerWith(randomBytes(32));
const anyBytes = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes));

test('what was sealed opens in its place, and never looks the same twice', () => {
  fc.assert(
    fc.property(anyBytes, fc.string(), (plain, place) => {
      const sealed = sealer.seal(plain, place);
      expect(sealer.open(sealed, place)).toEqual(plain);
      expect(sealer.seal(plain, place)).not.toEqual(sealed);
    }),
  );
});

test('any changed bit, another place and another key keep it shut', () => {
  fc.assert(
    fc.property(anyBytes, fc.nat(), (plain, at) => {
      const sealed = sealer.seal(plain, 'here');
      const changed = Buffer.from(sealed);
      const bit = at % (changed.length * 8);
      changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
      expect(() => sealer.open(changed, 'here')).toThrow();
      expect(() => sealer.open(sealed, 'there')).toThrow();
      expect(() => sealer.open(sealed.subarray(0, -1), 'here')).toThrow();
      expect(() => sealerWith(randomBytes(32)).open(sealed, 'here')).toThrow();
    }),
  );
});

test('nothing is not a sealed value', () => {
  expect(() => sealer.open(Buffer.alloc(0), 'here')).toThrow('not a sealed value');
});
