import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { DocumentScans } from '../../../api/document-scans';
import { Clamd } from '../../../documents/clamd';
import { LocalStore } from '../../../documents/local-store';
import { virusScanner } from '../../../documents/open-documents';
import { connect } from '../../../store/db';
import { listUnjudged, type DocumentState } from '../../../store/document.store';
import { LIANGXI } from '../given/application';
import { EICAR, TestClamd } from '../given/clamd';
import { DocumentClient } from '../given/document-client';
import { pdf, photo } from '../given/documents';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { until } from '../../../infra/until';
import { WalkedCase } from '../given/walked-case';
import { OwnApi } from '../../stack/own-api';
import { testKeys, testStack } from '../../stack/test-stack';

const directory = mkdtempSync(join(tmpdir(), 'bihuan-documents-'));

let daemon: TestClamd;
let api: OwnApi;
let clerk: DocumentClient;
let walked: WalkedCase;
let pool: Pool;
beforeAll(async () => {
  daemon = await TestClamd.start();
  api = await OwnApi.start({ CLAMD_ADDRESS: daemon.address, DOCUMENT_DIR: directory });
  clerk = await DocumentClient.signIn(LIANGXI.clerk, api.url);
  walked = await WalkedCase.submit(await ServiceClient.connect(testStack()));
  pool = connect(testStack().databaseUrl, 2);
});
afterAll(async () => {
  await pool.end();
  await api.stop();
  await daemon.stop();
  rmSync(directory, { recursive: true, force: true });
});
afterEach(() => {
  daemon.mode = 'scans';
  daemon.unbearable = undefined;
});

const stored = () => readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name);

test('what the scanner passes is clean; what lies on the disk is sealed and has no address that anybody could know', async () => {
  const file = pdf('<< /Title (CANARY) >>');
  const { body } = await clerk.upload(walked.id, file);
  expect(body.state).toBe('clean');
  const { rows } = await pool.query<{ address: string }>('select address from document where id = $1', [body.id]);
  const address = rows[0]!.address;
  const content = readFileSync(join(directory, address.slice(0, 2), address));
  expect(content.includes('CANARY')).toBe(false);
  expect(content.includes('%PDF')).toBe(false);
  expect(stored()).not.toContain(createHash('sha256').update(file).digest('hex'));
});

test('what the scanner knows is never given out, and its content is gone', async () => {
  const before = stored().length;
  const { body } = await clerk.upload(walked.id, pdf(`<< /X 1 >> % ${EICAR}`));
  expect(body.state).toBe('infected');
  expect(stored()).toHaveLength(before);
  expectProblem(await clerk.link(walked.id, body.id), 409, 'DOCUMENT_NOT_READY');
});

test('while the scanner is away a document stays in quarantine, cannot be fetched or named, and is judged once it is back', async () => {
  daemon.mode = 'hangsUp';
  const { status, body } = await clerk.upload(walked.id, await photo());
  expect([status, body.state]).toEqual([201, 'quarantined']);
  expectProblem(await clerk.link(walked.id, body.id), 409, 'DOCUMENT_NOT_READY');
  const named = await walked.send('addMaterials', LIANGXI.clerk, { items: [{ kind: 'idCard', documentId: body.id }] });
  expectProblem(named, 422, 'DOCUMENT_NOT_USABLE');
  daemon.mode = 'scans';
  await until(async () => ((await clerk.list(walked.id)).body.items.find(({ id }) => id === body.id)?.state === 'clean' ? true : undefined), { withinMs: 60_000 });
});

test('what a process has died over at the scanner is taken over once its time is up, and by one only', async () => {
  daemon.mode = 'hangsUp';
  const { body } = await clerk.upload(walked.id, await photo());
  await pool.query("update document set state = 'scanning', scanning_until = now() + interval '1 hour' where id = $1", [body.id]);
  daemon.mode = 'scans';
  await pool.query("update document set scanning_until = now() - interval '1 second' where id = $1", [body.id]);
  await until(async () => ((await clerk.list(walked.id)).body.items.find(({ id }) => id === body.id)?.state === 'clean' ? true : undefined), { withinMs: 60_000 });
});

test('what has been tried often waits behind what has not, however old it is', async () => {
  daemon.mode = 'hangsUp';
  const [often, seldom] = [(await clerk.upload(walked.id, await photo())).body.id, (await clerk.upload(walked.id, await photo())).body.id];
  await pool.query(`update document set scans = 100, uploaded_at = uploaded_at - interval '1 day' where id = $1`, [often]);
  const inOrder = (await listUnjudged(pool, 10_000)).map(({ id }) => id).filter((id) => id === often || id === seldom);
  expect(inOrder).toEqual([seldom, often]);
});

test('a document over which the scanner dies again and again, and judges others, is given up; a scanner that judges none is not blamed on it', async () => {
  const port = Number(daemon.address.split(':')[1]);
  const log = { warn: () => undefined } as unknown as ReturnType<ConstructorParameters<typeof DocumentScans>[4]>;
  const scans = new DocumentScans(pool, new LocalStore(directory), (await testKeys(pool)).cases, new Clamd('127.0.0.1', port), () => log);
  daemon.unbearable = 'UNBEARABLE';
  const good = (await clerk.upload(walked.id, await photo())).body.id;
  const bad = (await clerk.upload(walked.id, pdf('<< /Title (UNBEARABLE) >>'))).body.id;
  const row = async (id: unknown) => (await pool.query<{ id: string; caseId: string; address: string; state: DocumentState }>('select id, case_id as "caseId", address, state from document where id = $1', [id])).rows[0]!;
  const scan = async (id: unknown) => {
    await pool.query(`update document set state = 'quarantined', scanning_until = null, judged_at = null where id = $1`, [id]);
    await scans.scan(await row(id));
    return (await row(id)).state;
  };
  for (let n = 0; n < 20; n++) expect(await scan(bad)).toBe('quarantined'); // it may be the scanner
  for (let n = 0; n < 8; n++) {
    expect(await scan(good)).toBe('clean');
    expect(await scan(bad)).toBe('quarantined');
  }
  expect(await scan(good)).toBe('clean');
  expect(await scan(bad)).toBe('failed');
});

test('in production nobody stands in for a scanner that is not there: everything stays in quarantine', () => {
  expect(virusScanner({}, true)).toBeUndefined();
});

test('a document whose content was changed on the disk, or is gone from it, is not given out', async () => {
  const { body } = await clerk.upload(walked.id, await photo());
  const { url } = (await clerk.link(walked.id, body.id)).body;
  const { rows } = await pool.query<{ address: string }>('select address from document where id = $1', [body.id]);
  const path = join(directory, rows[0]!.address.slice(0, 2), rows[0]!.address);
  writeFileSync(path, 'something else');
  expect((await clerk.download(url)).status).toBe(500);
  rmSync(path);
  expect((await clerk.download(url)).status).toBe(500);
});

test('sealed content that was moved under another document of the case does not open', async () => {
  const [mine, other] = [await clerk.upload(walked.id, await photo()), await clerk.upload(walked.id, await photo())];
  const { url } = (await clerk.link(walked.id, mine.body.id)).body;
  const { rows } = await pool.query<{ address: string }>('select address from document where id = $1', [other.body.id]);
  await pool.query("update document set address = 'moved' where id = $1", [other.body.id]);
  await pool.query('update document set address = $2 where id = $1', [mine.body.id, rows[0]!.address]);
  expect((await clerk.download(url)).status).toBe(500);
});
