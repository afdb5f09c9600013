import { CheckpointFile } from '../audit/checkpoint-file';
import { newSigningKey, signerOf, type CheckpointSigner } from '../audit/checkpoint-signer';
import { Checkpoints } from '../audit/checkpoints';
import { readSigner, writeSigningKey } from '../audit/signing-key';
import { readConfig } from '../infra/config';
import { EnvironmentReader } from '../infra/environment';
import { reasonOf, StartupError } from '../infra/errors';
import type { ProfileId } from '../security/crypto-profile';
import { readProfile } from '../security/key-settings';
import { connect } from '../store/db';
import { developmentKeyIfThere } from './audit-keys';
import { readOptions, runTool } from './command-line';
import { noted } from './noted-tool';
import { findRecord } from './service-addresses';

const USAGE = `usage: npm run audit:checkpoint -- [--json]
       npm run audit:checkpoint -- --new-key FILE

Writes a signed checkpoint of all hash chains to AUDIT_DIR now, beside those of every hour: before a backup, or an upgrade.
  --new-key  makes a signing key in FILE, which must not exist, and prints its public key; writes no checkpoint.
             Ed25519, or SM2 where CRYPTO_PROFILE is gm
  --json     prints what was written as JSON
Exit code: 0 written, 1 not, 2 wrong command line.`;

async function main(): Promise<0 | 1> {
  const { json = false, 'new-key': newKey } = readOptions({ json: { type: 'boolean' }, 'new-key': { type: 'string' } });
  const config = readConfig(process.env);
  if (newKey !== undefined) return makeKey(newKey, readProfile(new EnvironmentReader(config.keys)));
  const signer = signerFor(config);
  const pool = connect(findRecord(config), 2);
  try {
    const checkpoints = new Checkpoints(pool, new CheckpointFile(config.auditDir), signer);
    const written = await noted(pool, 'tool.auditCheckpoint', {}, async () => ({ checkpoint: await checkpoints.write({ full: true }) }), ({ checkpoint }) => ({ n: checkpoint?.n ?? 0 }));
    const { checkpoint } = written;
    if (json) console.log(JSON.stringify(checkpoint ?? null, null, 2));
    else console.log(checkpoint ? `Checkpoint ${checkpoint.n}: ${checkpoint.chains} chains, ${checkpoint.changed} of them have grown.` : 'Another checkpoint is being written at this moment; that one serves as well.');
    return checkpoint ? 0 : 1;
  } finally {
    await pool.end();
  }
}

function makeKey(file: string, profile: ProfileId): 0 {
  const pem = newSigningKey(profile);
  try {
    writeSigningKey(file, pem);
  } catch (error) {
    throw new StartupError(`The key was not written to ${file} (${reasonOf(error)}).`);
  }
  process.stdout.write(signerOf(pem).publicKey);
  return 0;
}

function signerFor({ production, dataDir }: { production: boolean; dataDir: string }): CheckpointSigner {
  const read = new EnvironmentReader(process.env);
  const signer = readSigner(read, { production });
  if (read.mistakes.length > 0) throw new StartupError(`${read.mistakes.join('; ')}.`);
  const own = signer ? undefined : developmentKeyIfThere(dataDir);
  if (!signer && own === undefined) throw new StartupError('There is no signing key: set AUDIT_SIGNING_KEY_FILE, or start the service once outside of production, which makes one.');
  return signer ?? signerOf(own ?? '');
}

runTool(USAGE, main);
