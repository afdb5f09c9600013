import { accessSync, constants, existsSync } from 'node:fs';
import type { Pool } from 'pg';
import { CheckpointFile, checkpointFileIn } from '../../audit/checkpoint-file';
import { readSigner } from '../../audit/signing-key';
import type { Config } from '../../infra/config';
import { EnvironmentReader, type Environment } from '../../infra/environment';
import { findLastCheckpoint } from '../../store/chain-heads.store';
import { ok, warning, wrong, type Check, type Outcome } from '../check';

const HOUR_MS = 3_600_000;

/** The key that signs the checkpoints of the audit, as far as this machine knows it. */
export function signingKeyCheck(env: Environment, { production }: Pick<Config, 'production'>): Check {
  return {
    name: 'signing key',
    look: () => {
      const read = new EnvironmentReader(env);
      const signer = readSigner(read, { production });
      if (read.mistakes.length > 0) return wrong(read.mistakes.join('; '), 'Make a key with "npm run audit:checkpoint -- --new-key FILE", and name the file in AUDIT_SIGNING_KEY_FILE.');
      return ok(signer ? `${signer.algorithm}, ${signer.keyId}` : 'none is set: "npm start" makes one for itself');
    },
  };
}

/** The checkpoints of the audit: when the last one was written, and whether it lies where it should. */
export function checkpointCheck(pool: Pool, { auditDir }: Pick<Config, 'auditDir'>): Check {
  return { name: 'audit checkpoints', look: () => lastCheckpoint(pool, auditDir) };
}

async function lastCheckpoint(pool: Pool, directory: string): Promise<Outcome> {
  const known = await findLastCheckpoint(pool);
  if (!known) return wrong('none was written yet', 'Look into worker.log why, or write one with "npm run audit:checkpoint".');
  const ageMs = Date.now() - known.at.getTime();
  const says = `number ${known.n}, ${Math.round(ageMs / 60_000)} minutes ago`;
  if (ageMs > 2 * HOUR_MS) return wrong(says, 'Look into worker.log why the hourly checkpoint fails; until it is written nobody would notice a chain that is rewritten.');
  if (!existsSync(checkpointFileIn(directory))) return warning(`${says}; not in ${directory} of this machine`, 'Set AUDIT_DIR to where the worker keeps them, if that is meant to be here.');
  accessSync(checkpointFileIn(directory), constants.R_OK);
  const kept = await new CheckpointFile(directory).last();
  if ((kept?.line.n ?? 0) < known.n) return wrong(`${says}; the lines in ${directory} end at ${kept?.line.n ?? 0}`, 'Find out who took them away, and run "npm run audit:verify".');
  return ok(says);
}
