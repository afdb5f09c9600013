import fc from 'fast-check';
import { hkdf } from 'sm-crypto-v2';
import { KEY_BYTES, NotAuthentic, PROFILE_IDS } from '../../../security/crypto-profile';
import { profileOf } from '../../../security/crypto-profiles';
import { nativeSm, scriptedSm } from '../../../security/sm-algorithms';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');
const intl = profileOf('intl');
const gm = profileOf('gm');

describe.each([
  ['OpenSSL', nativeSm],
  ['sm-crypto-v2', scriptedSm],
])('the published examples, by %s', (_, sm) => {
  test('GM/T 0004: SM3 of "abc", and of sixteen times "abcd"', () => {
    expect(sm.sm3(Buffer.from('abc')).toString('hex')).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
    expect(sm.sm3(Buffer.from('abcd'.repeat(16))).toString('hex')).toBe('debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732');
  });

  test('GM/T 0042, annex D.3: HMAC-SM3', () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_byte, index) => index + 1));
    const data = Buffer.from('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'.repeat(2));
    expect(sm.hmacSm3(key, data).toString('hex')).toBe('ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a');
  });

  test('GM/T 0002: one block of SM4, as the first block of CBC', () => {
    const block = hex('0123456789abcdeffedcba9876543210');
    expect(sm.sm4CbcEncrypt(block, Buffer.alloc(16), block).subarray(0, 16).toString('hex')).toBe('681edf34d206965e86b3e94f536e4246');
  });

  test('two blocks of SM4-CBC, and back', () => {
    const key = hex('0123456789abcdeffedcba9876543210');
    const iv = hex('000102030405060708090a0b0c0d0e0f');
    const plaintext = hex('aaaaaaaabbbbbbbbccccccccdddddddd eeeeeeeeffffffffaaaaaaaabbbbbbbb');
    const encrypted = sm.sm4CbcEncrypt(key, iv, plaintext);
    expect(encrypted.subarray(0, 32).toString('hex')).toBe('78ebb11cc40b0a48312aaeb2040244cb4cb7016951909226979b0d15dc6a8f6d');
    expect(sm.sm4CbcDecrypt(key, iv, encrypted)).toEqual(plaintext);
  });
});

test('both ways to SM give the same bytes for anything', () => {
  const bytes = (max: number) => fc.uint8Array({ maxLength: max }).map((array) => Buffer.from(array));
  const block = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((array) => Buffer.from(array));
  fc.assert(
    fc.property(bytes(300), bytes(100), block, block, (data, key, cipherKey, iv) => {
      expect(scriptedSm.sm3(data)).toEqual(nativeSm.sm3(data));
      expect(scriptedSm.hmacSm3(key, data)).toEqual(nativeSm.hmacSm3(key, data));
      const encrypted = nativeSm.sm4CbcEncrypt(cipherKey, iv, data);
      expect(scriptedSm.sm4CbcEncrypt(cipherKey, iv, data)).toEqual(encrypted);
      expect(scriptedSm.sm4CbcDecrypt(cipherKey, iv, encrypted)).toEqual(data);
    }),
    { numRuns: 50 },
  );
});

test('keys are derived by HKDF: the same as another library has it', () => {
  const key = Buffer.alloc(KEY_BYTES, 7);
  expect(gm.deriveKey(key, 'purpose')).toEqual(Buffer.from(hkdf(key, undefined, 'purpose', KEY_BYTES)));
});

test('GM/T 0003.5: the signature of the example is one, and of no other message', () => {
  const publicKey = hex(`04 09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020
    ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13`);
  const signature = hex(`f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3
    b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa`);
  expect(gm.verify(publicKey, Buffer.from('message digest'), signature)).toBe(true);
  expect(gm.verify(publicKey, Buffer.from('message digesu'), signature)).toBe(false);
  const privateKey = hex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8');
  expect(gm.verify(publicKey, Buffer.from('message digest'), gm.sign(privateKey, Buffer.from('message digest')))).toBe(true);
});

test('NIST: AES-256-GCM opens the published example with associated data', () => {
  const key = hex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308');
  const associated = hex('feedfacedeadbeeffeedfacedeadbeefabaddad2');
  const encrypted = hex(`cafebabefacedbaddecaf888
    522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662
    76fc6ece0f4e1768cddf8853bb2d551b`);
  expect(intl.decrypt(key, encrypted, associated).toString('hex')).toBe(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  );
});

test('RFC 4231: HMAC-SHA-256, and FIPS 180: SHA-256', () => {
  expect(intl.mac(Buffer.from('Jefe'), Buffer.from('what do ya want for nothing?')).toString('hex')).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  expect(intl.digest(Buffer.from('abc')).toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('RFC 8032: Ed25519 of the empty message', () => {
  const publicKey = hex('302a300506032b6570032100 d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  const privateKey = hex('302e020100300506032b657004220420 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
  const signature = intl.sign(privateKey, Buffer.alloc(0));
  expect(signature.toString('hex')).toBe('e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b');
  expect(intl.verify(publicKey, Buffer.alloc(0), signature)).toBe(true);
});

describe.each(PROFILE_IDS)('%s', (id) => {
  const profile = profileOf(id);
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
  const keys = fc.uint8Array({ minLength: KEY_BYTES, maxLength: KEY_BYTES }).map((array) => Buffer.from(array));

  test('what was encrypted is decrypted, and never looks the same twice', () => {
    fc.assert(
      fc.property(keys, bytes, bytes, (key, plaintext, associated) => {
        const [once, twice] = [profile.encrypt(key, plaintext, associated), profile.encrypt(key, plaintext, associated)];
        expect(once.equals(twice)).toBe(false);
        expect(profile.decrypt(key, once, associated)).toEqual(plaintext);
      }),
    );
  });

  test('any flipped bit, any cut, other associated data or another key: nothing is opened', () => {
    fc.assert(
      fc.property(keys, bytes, bytes, fc.nat(), fc.integer({ min: 0, max: 7 }), (key, plaintext, associated, at, bit) => {
        const encrypted = profile.encrypt(key, plaintext, associated);
        const flipped = Buffer.from(encrypted);
        flipped.writeUInt8(flipped.readUInt8(at % flipped.length) ^ (1 << bit), at % flipped.length);
        expect(() => profile.decrypt(key, flipped, associated)).toThrow(NotAuthentic);
        expect(() => profile.decrypt(key, encrypted.subarray(0, at % encrypted.length), associated)).toThrow(NotAuthentic);
        expect(() => profile.decrypt(key, Buffer.concat([encrypted, Buffer.alloc(16)]), associated)).toThrow(NotAuthentic);
        expect(() => profile.decrypt(key, encrypted, Buffer.concat([associated, Buffer.of(0)]))).toThrow(NotAuthentic);
        const other = Buffer.from(key);
        other.writeUInt8(other.readUInt8(at % KEY_BYTES) ^ 1, at % KEY_BYTES);
        expect(() => profile.decrypt(other, encrypted, associated)).toThrow(NotAuthentic);
      }),
    );
  });

  test('what another profile encrypted under the same key does not open', () => {
    const other = profileOf(id === 'gm' ? 'intl' : 'gm');
    const key = Buffer.alloc(KEY_BYTES, 3);
    expect(() => profile.decrypt(key, other.encrypt(key, Buffer.from('secret'), Buffer.alloc(0)), Buffer.alloc(0))).toThrow(NotAuthentic);
  });

  test('a key of another length is refused, not stretched', () => {
    for (const length of [0, 16, 31, 33]) {
      expect(() => profile.encrypt(Buffer.alloc(length), Buffer.alloc(1), Buffer.alloc(0))).toThrow(RangeError);
      expect(() => profile.deriveKey(Buffer.alloc(length), 'purpose')).toThrow(RangeError);
    }
  });

  test('keys for two purposes differ from each other and from what they come from', () => {
    const key = Buffer.alloc(KEY_BYTES, 9);
    const derived = [profile.deriveKey(key, 'a'), profile.deriveKey(key, 'b'), key].map((one) => one.toString('hex'));
    expect(new Set(derived).size).toBe(3);
  });

  test('a signature is of one message by one key; a flipped bit, a cut or rubbish is none, and no error', () => {
    const { privateKey, publicKey } = profile.createSigningKeys();
    const other = profile.createSigningKeys();
    const message = Buffer.from('checkpoint');
    const signature = profile.sign(privateKey, message);
    expect(profile.verify(publicKey, message, signature)).toBe(true);
    expect(profile.verify(other.publicKey, message, signature)).toBe(false);
    expect(profile.verify(publicKey, Buffer.from('checkpoinu'), signature)).toBe(false);
    for (let at = 0; at < signature.length; at++) {
      const flipped = Buffer.from(signature);
      flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
      expect(profile.verify(publicKey, message, flipped)).toBe(false);
    }
    for (const none of [Buffer.alloc(0), signature.subarray(1), Buffer.concat([signature, Buffer.of(0)]), Buffer.alloc(64), Buffer.alloc(64, 255)]) {
      expect(profile.verify(publicKey, message, none)).toBe(false);
    }
    expect(profile.verify(profileOf(id === 'gm' ? 'intl' : 'gm').createSigningKeys().publicKey, message, signature)).toBe(false);
    expect(profile.verify(Buffer.alloc(0), message, signature)).toBe(false);
  });
});
