import { SheetNumber, type CellValue } from '../../../file-import/cell';
import { HOUSEHOLD_COLUMNS, MEMBER_COLUMNS, type ColumnKind } from '../../../file-import/columns';
import { Places } from '../../../file-import/places';
import { readCell } from '../../../file-import/read-cell';
import { loadReference } from '../../../policies/reference';

const places = new Places([...loadReference().organisations.values()]);
const read = (value: CellValue, kind: ColumnKind) => readCell(value, kind, places);
const number = (text: string) => new SheetNumber(text);
const kindOf = (header: string) => [...HOUSEHOLD_COLUMNS, ...MEMBER_COLUMNS].find((column) => column.header === header)!.kind;
const UNREADABLE = { unreadable: expect.any(String) as unknown };

describe('amounts in yuan become fen', () => {
  test.each<[CellValue, number]>([
    [number('66000'), 6_600_000],
    [number('1234.56'), 123_456],
    [number('0.30000000000000004'), 30],
    [number('1.5E+3'), 150_000],
    ['1234.5', 123_450],
    ['１２３４．５６', 123_456],
    ['￥1,234.56元', 123_456],
    ['¥ 12,345', 1_234_500],
    [' 500.00 ', 50_000],
    ['-5', -500],
    ['0', 0],
  ])('%p', (cell, fen) => expect(read(cell, { is: 'amount' })).toEqual({ value: fen }));
  test.each<CellValue>([number('1.005'), '12.345', '1,2345', '约500', '1.2万', '一千', '12.', true, new Date(0)])('%p is not guessed at', (cell) =>
    expect(read(cell, { is: 'amount' })).toEqual(UNREADABLE),
  );
  test('an empty cell says nothing, or zero where the column says so', () => {
    for (const blank of [null, '', '  ', '\u3000', '\u200b\u00a0']) {
      expect(read(blank, { is: 'amount' })).toBeUndefined();
      expect(read(blank, { is: 'amount', blankFen: 0 })).toEqual({ value: 0 });
    }
  });
});

describe('dates', () => {
  test.each<[CellValue, string]>([
    [new Date(Date.UTC(2023, 10, 13)), '2023-11-13'],
    [new Date(Date.UTC(2023, 10, 13, 23, 59)), '2023-11-13'],
    [number('45243'), '2023-11-13'],
    [number('20231113'), '2023-11-13'],
    ['2023-11-13', '2023-11-13'],
    ['2023/1/3', '2023-01-03'],
    ['2023.11.13', '2023-11-13'],
    ['2023年11月13日', '2023-11-13'],
    ['２０２３年１月３日', '2023-01-03'],
    ['2023-11-13 00:00:00', '2023-11-13'],
    ['20231113', '2023-11-13'],
  ])('%p', (cell, date) => expect(read(cell, { is: 'date' })).toEqual({ value: date }));
  test.each<CellValue>(['2023-02-30', '13/11/2023', '23-11-13', '2023年11月', '去年', number('2023'), number('99999999'), true])('%p is not guessed at', (cell) =>
    expect(read(cell, { is: 'date' })).toEqual(UNREADABLE),
  );
});

describe('ID numbers', () => {
  test.each<[CellValue, string]>([
    ['99010019850317301X', '99010019850317301X'],
    ['99010019850317301x', '99010019850317301X'],
    ["'99010019850317301X", '99010019850317301X'],
    ['９９０１００１９８５０３１７３０１Ｘ', '99010019850317301X'],
    ['990100 19850317 301X\u200b', '99010019850317301X'],
    [number('990100850317301'), '990100850317301'],
  ])('%p', (cell, idNumber) => expect(read(cell, { is: 'idNumber' })).toEqual({ value: idNumber }));
  test.each<CellValue>([number('9.9010019850317299E+17'), number('990100198503173000'), '9.90100198503173E+17', '990100198503173000'])('%p: Excel has thrown digits away, and the clerk is told so', (cell) =>
    expect(read(cell, { is: 'idNumber' })).toEqual({ unreadable: expect.stringContaining('后 3 位已丢失') as unknown }),
  );
  test('so has it of a card number that was kept as a number; one of fifteen digits is whole', () => {
    expect(read(number('6.2000010000002372E+18'), { is: 'digits' })).toEqual(UNREADABLE);
    expect(read(number('620000100000023'), { is: 'digits' })).toEqual({ value: '620000100000023' });
    expect(read('6200 0010 0000 0237 577', { is: 'digits' })).toEqual({ value: '6200001000000237577' });
  });
});

describe('words of a list', () => {
  test.each([
    ['困难类别', '深度困难', 'deep'],
    ['困难类别', ' 相对困难职工 ', 'relative'],
    ['困难类别', '意外致困', 'accidental'],
    ['困难类别', 'deep', 'deep'],
    ['与申请人关系', '妻子', 'spouse'],
    ['与申请人关系', '女儿', 'child'],
    ['单位隶属', '局（公司）工会', 'bureauCompanyUnion'],
    ['单位隶属', '局(公司)工会', 'bureauCompanyUnion'],
    ['就业状况', '待岗停薪', 'unpaidFurlough'],
    ['单位性质', '民营企业', 'privateEnterprise'],
  ])('%s %s is %s', (header, cell, code) => expect(read(cell, kindOf(header))).toEqual({ value: code }));
  test('a word that is none is answered with those that are', () => {
    expect(read('特困', kindOf('困难类别'))).toEqual({ unreadable: '无法识别，可填：深度困难、意外致困、相对困难' });
    expect(read('部分', { is: 'yesNo' })).toEqual(UNREADABLE);
  });
  test.each<[CellValue, boolean]>([['是', true], ['有', true], ['√', true], [true, true], [number('1'), true], ['否', false], ['无', false], ['Ｎ', false], [number('0'), false]])('%p', (cell, value) =>
    expect(read(cell, { is: 'yesNo' })).toEqual({ value }),
  );
});

describe('names and places', () => {
  test.each([['张　三', '张三'], [' 欧阳 一 ', '欧阳一'], ['Anna Li', 'Anna Li'], ['迪丽·一', '迪丽·一']])('%s is %s', (cell, name) => expect(read(cell, { is: 'name' })).toEqual({ value: name }));
  test('an address keeps its own signs', () => expect(read(' 示例路（东）１号\n二楼 ', { is: 'text' })).toEqual({ value: '示例路（东）１号 二楼' }));
  test.each([['无锡禾沐川纺织有限公司工会', 'wx-liangxi-e1'], ['无锡禾沐川纺织 有限公司工会', 'wx-liangxi-e1'], ['wx-liangxi-e1', 'wx-liangxi-e1'], ['WX-LIANGXI-E1', 'wx-liangxi-e1']])('organisation %s is %s', (cell, id) =>
    expect(read(cell, { is: 'organisation' })).toEqual({ value: id }),
  );
  test.each([['梁溪区', '320213'], ['无锡市梁溪区', '320213'], ['320213', '320213'], ['３２０２１３', '320213'], ['110101', '110101']])('region %s is %s', (cell, code) => expect(read(cell, { is: 'region' })).toEqual({ value: code }));
  test('a number of a region is one, and what nobody knows is told', () => {
    expect(read(number('320213'), { is: 'region' })).toEqual({ value: '320213' });
    expect(read('某某区', { is: 'region' })).toEqual(UNREADABLE);
    expect(read('某某工会', { is: 'organisation' })).toEqual(UNREADABLE);
  });
});
