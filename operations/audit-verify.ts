import { readFileSync } from 'node:fs';
import { EnvironmentReader } from '../infra/environment';
import { checkpointKeyOf, signerOf, SigningKeyMistake, type CheckpointKey } from '../audit/checkpoint-signer';
import { byId, keysBeside, readSigner } from '../audit/signing-key';
import { verifyAudit, type VerificationReport } from '../audit/verify/verification';
import { readConfig } from '../infra/config';
import { reasonOf, StartupError } from '../infra/errors';
import { progressOn } from '../infra/progress';
import { connect } from '../store/db';
import { developmentKeyIfThere } from './audit-keys';
import { readOptions, runTool, WrongUsage } from './command-line';
import { findRecord } from './service-addresses';

const USAGE = `usage: npm run audit:verify -- [--since WHEN] [--until WHEN] [--public-key FILE]… [--json]
       npm run audit:verify -- --key

Verifies every hash chain (events of cases, audit) against itself and against the signed checkpoints in AUDIT_DIR, the
checkpoints against each other, and certificates of destruction against the chains of their cases. Reads only; of the
service nothing but the database has to run.
  --since       only chains that have moved since then, and gaps between checkpoints since then
  --until       checkpoints after it do not count: for a copy of the database of that moment
  --public-key  a key that checkpoints may be signed with, from where you keep it safe; may be repeated. Without it the
                service's own signing key counts, or the public keys beside the checkpoints, which prove little
  --key         prints the public key of the signing key, and ends
  --json        prints the report as JSON
WHEN is an instant, such as 2026-11-21T09:00:00+08:00.
Exit code: 0 nothing was tampered with and nothing is missing, 1 something was, 2 wrong command line.`;

const PROGRESS_EVERY_MS = 2_000;
const LISTED_MAX = 100;

async function main(): Promise<0 | 1> {
  const options = readOptions({
    since: { type: 'string' },
    until: { type: 'string' },
    'public-key': { type: 'string', multiple: true },
    key: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const config = readConfig(process.env);
  if (options.key) {
    const signer = signerIn(process.env, config.dataDir);
    if (!signer) throw new StartupError('There is no signing key: set AUDIT_SIGNING_KEY_FILE, or start the service once outside of production, which makes one.');
    process.stdout.write(signer.publicKey);
    return 0;
  }
  const [since, until] = [instantIn('--since', options.since), instantIn('--until', options.until)];
  const { keys, trust } = keysFor(options['public-key'], process.env, config);
  const pool = connect(findRecord(config), 3);
  try {
    const report = await verifyAudit({ pool, directory: config.auditDir, keys, since, until, onProgress: progress() });
    console.log(options.json ? JSON.stringify({ ...report, keysFrom: trust }, null, 2) : lines(report, trust, config.auditDir).join('\n'));
    return report.isWell ? 0 : 1;
  } finally {
    await pool.end();
  }
}

function instantIn(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms) || !/T.*(Z|[+-]\d\d:?\d\d)$/i.test(text)) throw new WrongUsage(`${option} takes an instant with offset, not ${text}`);
  return new Date(ms);
}

type Trust = 'given' | 'signingKey' | 'besideTheCheckpoints';

function keysFor(files: readonly string[] | undefined, env: NodeJS.ProcessEnv, { dataDir, auditDir }: { dataDir: string; auditDir: string }): { keys: Map<string, CheckpointKey>; trust: Trust } {
  if (files !== undefined) return { keys: byId(files.map(readPublicKey)), trust: 'given' };
  const signer = signerIn(env, dataDir);
  if (signer) return { keys: byId([checkpointKeyOf(signer.publicKey)]), trust: 'signingKey' };
  try {
    return { keys: keysBeside(auditDir), trust: 'besideTheCheckpoints' };
  } catch (error) {
    throw new StartupError(`The public keys beside the checkpoints in ${auditDir} cannot be read (${reasonOf(error)}); give yours with --public-key.`);
  }
}

function readPublicKey(file: string): CheckpointKey {
  try {
    return checkpointKeyOf(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new WrongUsage(error instanceof SigningKeyMistake ? `--public-key ${file} ${error.message}` : `--public-key ${file} cannot be read (${reasonOf(error)})`);
  }
}

function signerIn(env: NodeJS.ProcessEnv, dataDir: string) {
  const read = new EnvironmentReader(env);
  const signer = readSigner(read, { production: false });
  if (read.mistakes.length > 0) throw new StartupError(`${read.mistakes.join('; ')}.`);
  const own = developmentKeyIfThere(dataDir);
  return signer ?? (own === undefined ? undefined : signerOf(own));
}

/** The name of a chain may be whatever somebody wrote there: no line may be made to look like another one. */
function printable(chain: string): string {
  return chain.replace(/[^\x21-\x7e]/g, (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ''}}`);
}

function progress(): Parameters<typeof verifyAudit>[0]['onProgress'] {
  const show = progressOn(process.stderr);
  let shownAt = Date.now();
  return ({ buckets, chains, entries, faults }) => {
    if (Date.now() - shownAt < PROGRESS_EVERY_MS) return;
    shownAt = Date.now();
    show(`Chains: ${Math.round((buckets / 257) * 100)} %, ${chains} chains with ${entries} entries looked at, ${faults} faults`);
  };
}

function lines({ isWell, checkpoints, lastCheckpoint, chains, entries, faultCount, faults }: VerificationReport, trust: Trust, directory: string): string[] {
  const all = `${chains} chains with ${entries} entries and ${checkpoints} checkpoints${lastCheckpoint ? `, the last one ${lastCheckpoint.n} of ${lastCheckpoint.at}` : ''}`;
  const doubt = trust === 'besideTheCheckpoints' ? ['', `The public keys are those beside the checkpoints in ${directory}: whoever changed these can have changed those. Give yours with --public-key.`] : [];
  if (isWell) return [`Nothing was tampered with and nothing is missing: ${all}.`, ...doubt];
  return [
    `${faultCount} faults in ${all}:`,
    ...faults.slice(0, LISTED_MAX).map(({ kind, chain, seq, checkpoint, says }) => `  ${kind}  ${chain === undefined ? `checkpoint ${checkpoint ?? '–'}` : printable(chain)}${seq === undefined ? '' : ` entry ${seq}`}: ${says}`),
    ...(faultCount > LISTED_MAX ? [`  … and ${faultCount - LISTED_MAX} more (--json lists them)`] : []),
    '',
    'What to do: docs/security/audit.md, "When something is found".',
    ...doubt,
  ];
}

runTool(USAGE, main);
