import { until } from '../../../infra/until';
import { OwnService } from '../../stack/own-service';
import { allCaseIds, faultsInEngine, faultsOfRecord } from '../../stack/record-check';
import { givenHousehold, importList } from '../given/import-list';
import { importsOf } from '../given/import-batch';

jest.setTimeout(300_000);
const HANDLER = 'wx-liangxi.handler';
const ROWS = 60;

let own: OwnService;
beforeAll(async () => {
  own = await OwnService.start();
});
afterAll(() => own.stop());

const imports = () => importsOf(HANDLER, { url: own.service.url, password: 'demo-password' });

async function doneRows(): Promise<number> {
  const { rows } = await own.pool.query<{ n: number }>('select count(*) as n from file_import_row where result is not null');
  return rows[0]!.n;
}

test('an API that is killed again and again in the middle of an import: every row is done, and done once', async () => {
  const list = await importList(Array.from({ length: ROWS }, (_, index) => givenHousehold(`DA-${index + 1}`)));
  const { id } = await (await imports()).client.upload('list.xlsx', list);
  for (const enough of [5, 25]) {
    await until(async () => ((await doneRows()) >= enough ? true : undefined), { withinMs: 60_000, everyMs: 20 });
    expect(await own.restartAfterKilling('api')).toMatch(/^The API stopped unexpectedly \(killed by SIGKILL\)/);
  }
  expect(await doneRows()).toBeGreaterThanOrEqual(25);
  const batch = await (await imports()).client.untilFinished(id, () => undefined);
  expect(batch).toMatchObject({ rows: ROWS, imported: ROWS, alreadyImported: 0, refused: 0 });

  const cases = await allCaseIds(own.pool);
  expect(cases.length).toBe(ROWS);
  for (const caseId of cases) expect(await faultsOfRecord(own.pool, caseId)).toEqual([]);
  expect(await faultsInEngine(own.pool, await own.keys(), own.service.temporal, cases)).toEqual([]);
  const { rows } = await own.pool.query<{ n: number }>('select count(distinct case_id) as n from file_import_row where batch_id = $1', [id]);
  expect(rows[0]!.n).toBe(ROWS);
  // And once more: nothing comes twice after crashes either.
  expect((await (await imports()).run(list)).batch).toMatchObject({ imported: 0, alreadyImported: ROWS });
});

test('an engine that is away keeps rows waiting and refuses none', async () => {
  const list = await importList(Array.from({ length: 6 }, (_, index) => givenHousehold(`EA-${index + 1}`)));
  own.signal('temporal-server', 'SIGSTOP');
  const { client } = await imports();
  const { id } = await client.upload('list.xlsx', list);
  const attempted = async () => (await own.pool.query<{ n: number }>('select count(*) as n from file_import_row where batch_id = $1 and attempts > 0', [id])).rows[0]!.n;
  await until(async () => ((await attempted()) > 0 ? true : undefined), { withinMs: 60_000, everyMs: 100 });
  own.signal('temporal-server', 'SIGCONT');
  expect(await client.untilFinished(id, () => undefined)).toMatchObject({ imported: 6, refused: 0 });
});
