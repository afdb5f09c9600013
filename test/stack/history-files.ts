import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { temporal } from '@temporalio/proto';
import type { SealingCodec } from '../../infra/temporal/payload-codec';
import { isObject } from '../../rehearse/json';

export type History = temporal.api.history.v1.IHistory;

const directory = join(__dirname, '..', 'histories');

/** Names of the golden histories, one for each place where a case can stand. */
export function historyNames(): string[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace(/\.json$/, ''))
    .sort();
}

export function readHistory(name: string): History {
  return historyFromJSON(JSON.parse(readFileSync(fileOf(name), 'utf8')));
}

/** Writes a history, one event a line. Who ran the worker and where is left out. */
export function writeHistory(name: string, history: History): void {
  const { events } = anonymous(JSON.parse(historyToJSON(history))) as { events: unknown[] };
  writeFileSync(fileOf(name), `{"events":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`);
}

/** A history as it would be if nothing in it had been sealed. */
export async function opened(codec: SealingCodec, history: History): Promise<History> {
  return historyFromJSON(await openedJson(codec, JSON.parse(historyToJSON(history))));
}

async function openedJson(codec: SealingCodec, value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((inner) => openedJson(codec, inner)));
  if (!isObject(value)) return value;
  if (isObject(value.metadata) && typeof value.metadata.encoding === 'string') return openedPayload(codec, value);
  const entries = Object.entries(value).map(async ([key, inner]) => [key, await openedJson(codec, inner)] as const);
  const { encodedAttributes, ...rest } = Object.fromEntries(await Promise.all(entries));
  if (!isObject(encodedAttributes)) return rest;
  const { message, stack_trace: stackTrace } = JSON.parse(Buffer.from(String(encodedAttributes.data), 'base64').toString()) as Record<string, unknown>;
  return { ...rest, message, stackTrace };
}

/** In JSON the bytes of a payload are base64. */
async function openedPayload(codec: SealingCodec, { metadata, data }: Record<string, unknown>): Promise<unknown> {
  const bytes = (text: unknown) => Buffer.from(String(text), 'base64');
  const fields = Object.entries(metadata as Record<string, unknown>).map(([key, text]) => [key, bytes(text)] as const);
  const [payload] = await codec.decode([{ metadata: Object.fromEntries(fields), data: bytes(data ?? '') }]);
  const text = (value: Uint8Array | null | undefined) => Buffer.from(value ?? []).toString('base64');
  const plain = Object.entries(payload?.metadata ?? {}).map(([key, value]) => [key, text(value)] as const);
  return { metadata: Object.fromEntries(plain), ...(payload?.data?.length ? { data: text(payload.data) } : {}) };
}

/** All that a stored history says, with its payloads decoded: what a reader of the engine's database would see. */
export function legibleHistory(name: string): string {
  return JSON.stringify(decoded(JSON.parse(readFileSync(fileOf(name), 'utf8'))));
}

function fileOf(name: string): string {
  return join(directory, `${name}.json`);
}

/** Process ids, host names and paths of the machine that recorded: of no use to a replay, and nobody else's business. */
const OF_THE_MACHINE = new Set(['identity', 'stackTrace']);
/** As it begins the names of a worker's own queues. */
const PROCESS_AND_HOST = new RegExp(`\\d+@${hostname()}`, 'g');

function anonymous(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(PROCESS_AND_HOST, 'recorded');
  if (Array.isArray(value)) return value.map(anonymous);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, OF_THE_MACHINE.has(key) ? 'recorded' : anonymous(inner)]));
}

function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (!isObject(value)) return value;
  if (isObject(value.metadata) && typeof value.data === 'string') return Buffer.from(value.data, 'base64').toString('utf8');
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decoded(inner)]));
}
