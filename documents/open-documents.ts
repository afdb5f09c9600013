import type { DocumentSettings } from '../infra/document-settings';
import { Clamd } from './clamd';
import type { DocumentStore } from './document-store';
import { LocalStore } from './local-store';
import { S3Store } from './s3-store';
import { NO_SCANNER, type VirusScanner } from './virus-scanner';

export function documentStore({ s3, directory }: Pick<DocumentSettings, 's3' | 'directory'>): DocumentStore {
  return s3 ? new S3Store(s3) : new LocalStore(directory);
}

/** @returns undefined in production without a scanner: nothing is given out that nobody has looked at */
export function virusScanner({ clamd }: Pick<DocumentSettings, 'clamd'>, isProduction: boolean): VirusScanner | undefined {
  if (clamd) return new Clamd(clamd.host, clamd.port);
  return isProduction ? undefined : NO_SCANNER;
}
