import { connect } from '../../../store/db';
import { forgetUploads } from '../../../store/file-import.store';
import { ServiceClient } from '../given/service-client';
import { givenHousehold, givenMember, importList, type Line } from '../given/import-list';
import { importsOf, resultLines, type ResultLine } from '../given/import-batch';
import { freshIdNumber } from '../given/id-number';
import { testKeys, testStack } from '../../stack/test-stack';

const HANDLER = 'wx-liangxi.handler';
const pool = connect(testStack().databaseUrl, 2);
afterAll(() => pool.end());
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `DA-${index + 1}`);
const said = (text: string): unknown => expect.stringContaining(text);

test('fifty households become fifty files, active at once, each with its members; uploaded again, none is imported twice', async () => {
  const { run } = await importsOf(HANDLER, testStack());
  const file = await importList(numbered(50).map((number) => givenHousehold(number)), numbered(25).map((number) => givenMember(number)));
  const first = await run(file);
  expect(first.batch).toMatchObject({ state: 'finished', rows: 50, imported: 50, alreadyImported: 0, refused: 0 });
  expect(first.lines.map(({ row }) => row)).toEqual(Array.from({ length: 50 }, (_, index) => String(index + 2)));
  expect(new Set(first.lines.map(({ caseNumber }) => caseNumber)).size).toBe(50);

  const again = await run(file);
  expect(again.batch).toMatchObject({ rows: 50, imported: 0, alreadyImported: 50, refused: 0 });
  expect(again.lines.map(({ result, caseNumber }) => ({ result, caseNumber }))).toEqual(first.lines.map(({ caseNumber }) => ({ result: '此前已导入', caseNumber })));

  const client = await ServiceClient.connect(testStack());
  const { rows } = await pool.query<{ id: string }>('select id from hardship_case where number = $1', [first.lines[0]!.caseNumber]);
  const { body } = await client.call('getCase', HANDLER, { caseId: rows[0]!.id });
  expect(body).toMatchObject({ state: 'active', hardshipClass: 'relative', hardshipFile: { ownerOrgId: 'wx-liangxi', establishedOn: '2024-03-04' } });
});

test('another handler of the same union is told what a colleague has imported; of another union, that the household has its file', async () => {
  const line = givenHousehold('DA-1', { 单位名称: null, 单位工会: null, 单位性质: null });
  const file = await importList([line]);
  const { lines } = await (await importsOf(HANDLER, testStack())).run(file);
  await pool.query(
    `insert into app_user (id, org_id, roles, password_hash, is_demo) select 'import-colleague', org_id, roles, password_hash, true from app_user where id = $1 on conflict do nothing`,
    [HANDLER],
  );
  const colleague = await (await importsOf('import-colleague', testStack())).run(file);
  expect(colleague.lines).toMatchObject([{ result: '此前已导入', caseNumber: lines[0]!.caseNumber }]);
  const above = await (await importsOf('wx.handler', testStack())).run(file);
  expect(above.lines).toMatchObject([{ result: '未导入', reason: said(`已有案件 ${lines[0]!.caseNumber}`), caseNumber: '' }]);
});

test('a row that was changed since is not a new household: it is refused with the case that there is', async () => {
  const { run } = await importsOf(HANDLER, testStack());
  const line = givenHousehold('DA-1');
  const first = await run(await importList([line]));
  const changed = await run(await importList([{ ...line, 居住地址: '示例路218号' }]));
  expect(changed.lines).toMatchObject([{ result: '未导入', reason: said(`已有案件 ${first.lines[0]!.caseNumber}`) }]);
});

test('what was refused is judged anew when it comes again, and imported when the reason is gone', async () => {
  const { run } = await importsOf(HANDLER, testStack());
  // Another open case has the household's member: as soon as that one lets the person go, the same row is possible.
  const idNumber = freshIdNumber('2012-05-06');
  const withMember = await importList([givenHousehold('DA-2')], [givenMember('DA-2', { 身份证号码: idNumber })]);
  const { index } = await testKeys(pool);
  const claimed = index.of('idNumber', idNumber);
  await pool.query('insert into household_claim (id_index, case_id) values ($1, gen_random_uuid())', [claimed]);
  expect((await run(withMember)).lines).toMatchObject([{ result: '未导入', reason: said('该家庭已有') }]);
  expect((await run(withMember)).lines).toMatchObject([{ result: '未导入' }]);
  await pool.query('delete from household_claim where id_index = $1', [claimed]);
  expect((await run(withMember)).lines).toMatchObject([{ result: '已导入' }]);
});

/** Rows that cannot become a file: what is wrong, and what the clerk is told. */
const WRONG: [string, Line, string][] = [
  ['no name', { 姓名: null }, '姓名：未填写'],
  ['an ID number with a wrong check digit', { 身份证号码: '990100198503173011' }, '18 位身份证号码：身份证号码'],
  ['an ID number that Excel has damaged', { 身份证号码: 990100198503173000 }, '身份证号码：身份证号码曾以数字格式保存，Excel 只保留前 15 位'],
  ['a class that is none', { 困难类别: '特困' }, '困难类别：无法识别，可填：深度困难、意外致困、相对困难'],
  ['an amount that is none', { '本人年收入（元）': '两万' }, '本人年收入（元）：不是金额'],
  ['three decimals', { '医疗支出（元）': '10.555' }, '医疗支出（元）：不是金额'],
  ['a negative amount', { '医疗支出（元）': -1 }, '医疗支出'],
  ['a date that does not exist', { 建档日期: '2024-02-30' }, '建档日期：不是日期'],
  ['a date to come', { 建档日期: '2199-01-01' }, '建档日期 应'],
  ['a telephone number that is none', { 联系电话: '没有' }, '联系电话：不是有效电话号码'],
  ['an organisation that nobody knows', { 单位工会: '某某公司工会' }, '单位工会：没有这个工会组织'],
  ['a region that nobody knows', { 居住地区: '某某区' }, '居住地区：没有这个地区'],
  ['an employer without its name', { 单位名称: null }, '单位名称：未填写'],
  ['half a bank account', { 银行户名: '柏禾禾' }, '银行卡号：未填写'],
  ['an accident without its cause', { '意外总支出（元）': 100 }, '意外原因：未填写'],
  ['the worker of another union', { 单位工会: '无锡栖云埠精密机械有限公司工会' }, '不在本单位范围内'],
];

test('every wrong row is refused with its reason, keeps the others from nothing, and comes back with its cells', async () => {
  const { run, client } = await importsOf(HANDLER, testStack());
  const lines = WRONG.map(([, fields], index) => givenHousehold(`DA-${index + 1}`, fields));
  const { batch, lines: results } = await run(await importList([...lines, givenHousehold('GOOD')], [givenMember('DA-1', { 与申请人关系: '邻居' }), givenMember('NOBODY')]));
  expect(batch).toMatchObject({ rows: WRONG.length + 2, imported: 1, refused: WRONG.length + 1 });
  expect(results.slice(0, WRONG.length).map(({ result, reason }, index) => ({ name: WRONG[index]![0], result, reason }))).toEqual(
    WRONG.map(([name, , reason]) => ({ name, result: '未导入', reason: said(reason) })),
  );
  expect(results[0]).toMatchObject({ reason: said('《家庭成员》第 2 行与申请人关系：无法识别'), cells: expect.arrayContaining(['DA-1', '示例路217号']) as unknown });
  expect(results.at(-1)).toMatchObject({ result: '已导入', cells: expect.arrayContaining(['GOOD']) as unknown });
  expect(results.at(-1)!.cells.join('')).toBe('GOOD');
  const members = await resultLines(await client.result(batch.id), 1);
  expect(members).toMatchObject([{ row: '2', result: '' }, { row: '3', result: '未导入', reason: said('表中没有这个编号') }]);
});

test('when a row is done, its body is gone, and its cells as well unless somebody has to correct them', async () => {
  const { run } = await importsOf(HANDLER, testStack());
  const { batch } = await run(await importList([givenHousehold('DA-1'), givenHousehold('DA-2', { 姓名: null })]));
  const { rows } = await pool.query('select result, body, cells is not null as "hasCells" from file_import_row where batch_id = $1 order by ordinal', [batch.id]);
  expect(rows).toEqual([
    { result: 'imported', body: null, hasCells: false },
    { result: 'refused', body: null, hasCells: true },
  ]);
});

test('one list that is uploaded by two at once: each household gets one file', async () => {
  const imports = await importsOf(HANDLER, testStack());
  const file = await importList(numbered(12).map((number) => givenHousehold(number)));
  const [one, two] = await Promise.all([imports.run(file), imports.run(file)]);
  expect(one.batch.imported + two.batch.imported).toBe(12);
  expect(one.batch.alreadyImported + two.batch.alreadyImported).toBe(12);
  expect(one.lines.map(({ caseNumber }) => caseNumber)).toEqual(two.lines.map(({ caseNumber }) => caseNumber));
});

test('the same household twice in one list: one file, and the other row is told its case', async () => {
  const { run } = await importsOf(HANDLER, testStack());
  const line = givenHousehold('DA-1');
  const { batch, lines } = await run(await importList([line, { ...line, 档案编号: 'DA-2' }]));
  expect(batch).toMatchObject({ imported: 1, alreadyImported: 1 });
  expect(lines[0]!.caseNumber).toBe(lines[1]!.caseNumber);
});

test('a week after the last row nothing of the list is left but what became of its rows; its key is destroyed', async () => {
  const { run, client } = await importsOf(HANDLER, testStack());
  const file = await importList([givenHousehold('DA-1'), givenHousehold('DA-2', { 姓名: null })], [givenMember('NOBODY')]);
  const { batch, lines } = await run(file);
  const service = await ServiceClient.connect(testStack());
  const view = async () => (await service.call<Record<string, unknown>>('getFileImportBatch', HANDLER, { batchId: batch.id })).body;
  const before = await view();
  await pool.query(`update file_import_batch set finished_at = now() - interval '6 days' where id = $1`, [batch.id]);
  await forgetUploads(pool, 7);
  expect(await view()).toEqual(before);

  await pool.query(`update file_import_batch set finished_at = now() - interval '8 days' where id = $1`, [batch.id]);
  await forgetUploads(pool, 7);
  const { rows } = await pool.query(
    `select (select length(content) from file_import_batch where id = $1) as content, (select wrapped is null and destroyed_at is not null from file_import_key where batch_id = $1) as "keyIsGone",
            (select count(*) from file_import_row where batch_id = $1 and coalesce(body, cells, file_number) is not null) as rows`,
    [batch.id],
  );
  expect(rows).toEqual([{ content: 0, keyIsGone: true, rows: 0 }]);
  expect(await view()).toEqual({ ...before, fileName: null, ignoredColumns: [] });
  const listed = await service.call<{ items: { id: string }[] }>('listFileImportBatches', HANDLER, { limit: 200 });
  expect(listed.body.items).toContainEqual(expect.objectContaining({ id: batch.id, fileName: null }));
  const result = await client.result(batch.id);
  const told = ({ result: what, reason, caseNumber, row }: ResultLine) => ({ what, reason, caseNumber, row });
  expect((await resultLines(result)).map(told)).toEqual(lines.map(told));
  expect((await resultLines(result)).flatMap(({ cells }) => cells)).toEqual([]);
  expect(await resultLines(result, 1)).toMatchObject([{ result: '未导入', reason: said('表中没有这个编号'), row: '2' }]);
  expect((await run(file)).batch).toMatchObject({ imported: 0, alreadyImported: 1, refused: 2 });
});
