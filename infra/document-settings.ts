import { join, resolve } from 'node:path';
import type { EnvironmentReader } from './environment';

/** A bucket that speaks S3. */
export interface S3Settings {
  bucket: string;
  region: string;
  /** Address of a server of one's own; absent: Amazon's. */
  endpoint?: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Where uploaded documents are kept, and who looks at them first. */
export interface DocumentSettings {
  /** Absolute path of the local store. */
  directory: string;
  /** Instead of the directory. */
  s3?: S3Settings;
  /** The virus scanner; absent: none. */
  clamd?: { host: string; port: number };
}

/** What a server of one's own calls its only region, where it has no other name. */
const ANY_REGION = 'us-east-1';

/** Reads where documents are kept; mistakes stay with the reader. */
export function readDocumentSettings(read: EnvironmentReader): DocumentSettings {
  const directory = resolve(read.text('DOCUMENT_DIR') ?? join(read.text('DATA_DIR') ?? '.data', 'documents'));
  return { directory, s3: s3(read), clamd: clamd(read) };
}

/** The same settings as the environment of a process of ours. */
export function documentEnvironment({ directory, s3, clamd }: DocumentSettings): Record<string, string> {
  return {
    DOCUMENT_DIR: directory,
    CLAMD_ADDRESS: clamd ? `${clamd.host}:${clamd.port}` : '',
    S3_BUCKET: s3?.bucket ?? '',
    S3_REGION: s3?.region ?? '',
    S3_ENDPOINT: s3?.endpoint ?? '',
    S3_ACCESS_KEY_ID: s3?.accessKeyId ?? '',
    S3_SECRET_ACCESS_KEY: s3?.secretAccessKey ?? '',
  };
}

function s3(read: EnvironmentReader): S3Settings | undefined {
  const endpoint = read.matching('S3_ENDPOINT', /^https?:\/\/[^\s/]+\/?$/, 'an address such as https://s3.example.org');
  const [bucket, accessKeyId, secretAccessKey] = [read.text('S3_BUCKET'), read.text('S3_ACCESS_KEY_ID'), read.text('S3_SECRET_ACCESS_KEY')];
  const region = read.text('S3_REGION');
  if (bucket === undefined) {
    if (endpoint !== undefined) read.mistake('S3_ENDPOINT is set without S3_BUCKET');
    return undefined;
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    read.mistake('S3_BUCKET is set without S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY');
    return undefined;
  }
  // No default: documents of households must not cross a border because nobody has said where they go.
  if (endpoint === undefined && region === undefined) {
    read.mistake('S3_BUCKET is set without S3_ENDPOINT or S3_REGION, which say where the bucket is');
    return undefined;
  }
  return { bucket, region: region ?? ANY_REGION, endpoint, accessKeyId, secretAccessKey };
}

function clamd(read: EnvironmentReader): DocumentSettings['clamd'] {
  const address = read.matching('CLAMD_ADDRESS', /^(\[[0-9a-f:]+\]|[^\s:/]+):\d{1,5}$/i, 'host:port, such as 127.0.0.1:3310');
  if (address === undefined) return undefined;
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(at + 1)) };
}
