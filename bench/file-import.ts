import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { givenHousehold, givenMember, importList } from '../test/integration/given/import-list';
import { ImportClient, type Batch } from '../file-import/import-client';
import { serviceAddress } from '../file-import/service-address';
import { OpenApiClient } from '../rehearse/openapi-client';

/**
 * How long an import takes, what memory the API needs for it, and how it answers meanwhile. Runs against the stack on
 * DATA_DIR: `node --import tsx bench/file-import.ts --rows 10000`. Prints JSON.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rows: { type: 'string', default: '10000' }, user: { type: 'string', default: 'wx-liangxi.handler' } } });
  const dataDir = process.env.DATA_DIR ?? '.data';
  const url = serviceAddress(dataDir);
  const password = process.env.BIHUAN_PASSWORD ?? 'demo-password';
  const client = await ImportClient.connect(url, { username: values.user, password });
  const reader = await OpenApiClient.connect(url, password);
  const probe = await caseToRead(reader, values.user);
  const list = await listOf(Number(values.rows));

  const memory = new Samples();
  const reads = new Samples();
  const watch = setInterval(() => memory.add(rssMb(dataDir)), 250);
  let isRunning = true;
  const reading = readAgainAndAgain(reader, values.user, probe, reads, () => isRunning);
  const before = rssMb(dataDir);
  const startedAt = performance.now();
  const { id } = await client.upload('bench.xlsx', list);
  const uploadedAt = performance.now();
  const readsInUpload = reads.summary();
  const memoryInUpload = memory.summary();
  const batch: Batch = await client.untilFinished(id, () => undefined);
  const finishedAt = performance.now();
  const result = await client.result(id);
  isRunning = false;
  clearInterval(watch);
  await reading;

  const seconds = (ms: number) => Math.round(ms / 100) / 10;
  const report = {
    rows: batch.rows,
    imported: batch.imported,
    refused: batch.refused,
    fileKb: Math.round(list.length / 1024),
    uploadSeconds: seconds(uploadedAt - startedAt),
    importSeconds: seconds(finishedAt - uploadedAt),
    rowsPerSecond: Math.round((batch.rows * 10_000) / (finishedAt - uploadedAt)) / 10,
    resultSeconds: seconds(performance.now() - finishedAt),
    resultKb: Math.round(result.length / 1024),
    apiRssMb: { before, inUpload: memoryInUpload, overall: memory.summary() },
    getCaseMs: { inUpload: readsInUpload, overall: reads.summary() },
  };
  console.log(JSON.stringify(report, null, 2));
}

async function listOf(rows: number): Promise<Buffer> {
  const numbers = Array.from({ length: rows }, (_, index) => `BENCH-${index + 1}`);
  return importList(numbers.map((number) => givenHousehold(number)), numbers.map((number) => givenMember(number)));
}

async function caseToRead(client: OpenApiClient, as: string): Promise<string> {
  const { body } = await client.call({ operation: 'listCases', as, input: { limit: 1 } });
  const [first] = (body as { items: { id: string }[] }).items;
  if (!first) throw new Error('there is no case to read meanwhile; import a few rows first');
  return first.id;
}

async function readAgainAndAgain(client: OpenApiClient, as: string, caseId: string, samples: Samples, goesOn: () => boolean): Promise<void> {
  while (goesOn()) {
    const startedAt = performance.now();
    const { status } = await client.call({ operation: 'getCase', as, caseId });
    if (status !== 200) throw new Error(`getCase answered ${status}`);
    samples.add(performance.now() - startedAt);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function rssMb(dataDir: string): number {
  const { pid } = JSON.parse(readFileSync(join(dataDir, 'run', 'api.json'), 'utf8')) as { pid: number };
  const [, kb = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kb) / 1024);
}

class Samples {
  private readonly values: number[] = [];

  add(value: number): void {
    this.values.push(value);
  }

  summary(): { count: number; p50: number; p99: number; max: number } {
    const sorted = this.values.toSorted((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
    return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
  }
}

void main();
