import { randomBytes } from 'node:crypto';
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
  expect(await pdfFault(pdf('stream\n'.repeat(1_400_000)))).toBe('pdfNotInspectable');
  expect(await pdfFault(pdf('/'.repeat(10_000_000)))).toBeUndefined();
});
