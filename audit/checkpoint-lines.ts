import { createHash } from 'node:crypto';
import { canonical } from '../store/event-hash';
import type { CheckpointSigner } from './checkpoint-signer';

/** End of a chain: how many entries it has, and the hash of the last one in hex. */
export type ChainHead = readonly [chain: string, seq: number, hash: string];

/** Some of the heads that changed since the checkpoint before; lines of them stand right before that of their checkpoint. */
export interface HeadsLine {
  type: 'heads';
  checkpoint: number;
  /** From 1. */
  part: number;
  heads: readonly ChainHead[];
}

/** The line that closes a checkpoint. */
export interface CheckpointLine {
  type: 'checkpoint';
  /** From 1, without a gap. */
  n: number;
  at: string;
  /** Digest of the closing line before this one; null for the first. */
  previous: string | null;
  /** How many chains there are. */
  chains: number;
  /** How many heads stand in the lines before, and the digest of those lines. */
  changed: number;
  headsDigest: string;
  /** Digest of the heads of all chains, in the order of their names. */
  digest: string;
  algorithm: string;
  key: string;
  /** Base64, over the canonical form of all the others. */
  signature: string;
}

const CLOSING = '{"algorithm":';

export function headsLine(line: Omit<HeadsLine, 'type'>): string {
  return canonical({ ...line, type: 'heads' });
}

export function signedLine(content: Omit<CheckpointLine, 'type' | 'algorithm' | 'key' | 'signature'>, signer: CheckpointSigner): string {
  const unsigned = { ...content, type: 'checkpoint', algorithm: signer.algorithm, key: signer.keyId };
  return canonical({ ...unsigned, signature: signer.sign(Buffer.from(canonical(unsigned))).toString('base64') });
}

/** What was signed, and the signature. */
export function signedPart({ signature, ...unsigned }: CheckpointLine): { data: Buffer; signature: Buffer } {
  return { data: Buffer.from(canonical(unsigned)), signature: Buffer.from(signature, 'base64') };
}

/** By which the next checkpoint names this one. */
export function lineDigest(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}

/** Whether a line can be the closing one of a checkpoint: seen by its beginning, without reading it whole. */
export function isClosingLine(line: string): boolean {
  return line.startsWith(CLOSING);
}

/** One line of a digest over heads. */
export function headText(chain: string, seq: number, hash: string): string {
  return `${chain} ${seq} ${hash}\n`;
}

/** A line as it was written; undefined for what is no line of ours, or only a part of one. */
export function readLine(text: string): HeadsLine | CheckpointLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // Written in canonical form: anything else was touched by somebody.
  if (canonical(value) !== text || typeof value !== 'object' || value === null) return undefined;
  const line = value as Partial<Record<string, unknown>>;
  if (line.type === 'heads') return isHeads(line) ? (line as unknown as HeadsLine) : undefined;
  return line.type === 'checkpoint' && isCheckpoint(line) ? (line as unknown as CheckpointLine) : undefined;
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

function isHeads({ checkpoint, part, heads }: Partial<Record<string, unknown>>): boolean {
  const isHead = (head: unknown) => Array.isArray(head) && head.length === 3 && typeof head[0] === 'string' && isCount(head[1]) && typeof head[2] === 'string';
  return isCount(checkpoint) && isCount(part) && Array.isArray(heads) && heads.every(isHead);
}

function isCheckpoint({ n, at, previous, chains, changed, headsDigest, digest, key, signature }: Partial<Record<string, unknown>>): boolean {
  const areTexts = [at, headsDigest, digest, key, signature].every((value) => typeof value === 'string');
  return areTexts && [n, chains, changed].every(isCount) && (previous === null || typeof previous === 'string') && !Number.isNaN(Date.parse(at as string));
}
