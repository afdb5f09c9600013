import { readFileSync } from 'node:fs';
import { Server as TlsServer, type SecureContextOptions } from 'node:tls';
import { createSecureContext } from 'node:tls';
import type { FastifyBaseLogger } from 'fastify';
import type { HttpSettings } from '../../infra/http-settings';
import { reasonOf } from '../../infra/errors';

/** Suites of TLS 1.2 with forward secrecy and authenticated encryption; those of TLS 1.3 all are such. */
const SUITES = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
];

export type TlsFiles = NonNullable<HttpSettings['tls']>;

/**
 * Certificate, key and what may be spoken with them.
 * @throws Error that names the file which cannot be read, or says that the two do not belong together
 */
export function tlsOptions({ certFile, keyFile }: TlsFiles): SecureContextOptions {
  const options: SecureContextOptions = { cert: content('TLS_CERT_FILE', certFile), key: content('TLS_KEY_FILE', keyFile), minVersion: 'TLSv1.2', ciphers: SUITES.join(':'), honorCipherOrder: true };
  try {
    createSecureContext(options);
  } catch (error) {
    throw new Error(`the certificate ${certFile} and the key ${keyFile} cannot be used together (${reasonOf(error)})`, { cause: error });
  }
  return options;
}

/**
 * Reads certificate and key anew at SIGHUP: connections that come then get the new ones, those that are open stay. What cannot be
 * used changes nothing and is told.
 */
export function reloadAtSignal(server: unknown, files: TlsFiles, log: Pick<FastifyBaseLogger, 'info' | 'error'>): void {
  if (!(server instanceof TlsServer)) return;
  process.on('SIGHUP', () => {
    try {
      server.setSecureContext(tlsOptions(files));
      log.info('certificate and key have been read anew');
    } catch (error) {
      log.error({ err: error }, 'certificate and key stay as they were');
    }
  });
}

function content(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`${setting} is "${file}", which cannot be read (${reasonOf(error)})`, { cause: error });
  }
}
