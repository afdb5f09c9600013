import type { FastifyInstance, FastifyBaseLogger, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { AuditLog } from '../audit/audit-log';
import type { CaseCommands } from './case-commands';
import type { CaseOpenings } from './case-opening';
import type { CaseReader } from './case-reader';
import type { CaseSimulation } from './case-simulation';
import type { Destructions } from './destructions';
import type { Documents } from './documents';
import type { EnginePayloads } from './engine-payloads';
import type { FileImportBatches } from './file-import-batches';
import type { ConsentText } from '../policies/consent-texts';
import type { PersonalDataExports } from './personal-data-exports';
import { ProblemSchema } from './problem';
import type { RecordKeys } from '../store/record-keys';
import type { ReferenceTables } from './reference-tables';
import { both } from './schema-messages';
import type { SignIn } from './sign-in/sign-in';
import type { ScopedRecords } from '../store/scoped-records';
import type { Pool } from 'pg';

/** The app as routes see it: bodies and answers typed by their zod schemas. */
export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;

/** What the routes work with. */
export interface Services {
  /** The record as the service itself has it: sessions, openings, repeated commands. Never for what somebody asks to see. */
  pool: Pool;
  /** What opens and seals personal data. */
  keys: RecordKeys;
  /** The record as one person may see it. */
  records: ScopedRecords;
  tables: ReferenceTables;
  signIn: SignIn;
  reader: CaseReader;
  commands: CaseCommands;
  openings: CaseOpenings;
  simulation: CaseSimulation;
  imports: FileImportBatches;
  /** What people sign, by version. */
  consentTexts: readonly ConsentText[];
  documents: Documents;
  enginePayloads: EnginePayloads;
  exports: PersonalDataExports;
  destructions: Destructions;
  audit: AuditLog;
  /** Rejects when the engine does not serve. */
  isEngineServing: () => Promise<unknown>;
}

/** Problem answers of an operation, for its OpenAPI entry. */
export function problems<Status extends number>(...statuses: Status[]): Record<Status, typeof PROBLEM_ANSWER> {
  return Object.fromEntries(statuses.map((status) => [status, PROBLEM_ANSWER])) as Record<Status, typeof PROBLEM_ANSWER>;
}

const PROBLEM_ANSWER = { description: 'problem', content: { 'application/problem+json': { schema: ProblemSchema } } };

/** What every operation may answer besides its own answers. */
export const COMMON_PROBLEMS = problems(400, 401, 403, 404, 410, 500, 503);
export const COMMAND_PROBLEMS = problems(400, 401, 403, 404, 409, 410, 412, 413, 422, 500, 503);

const Key = z.string().trim().min(1).max(200).meta({ description: 'repeating the request under the same key does it once' });

/** Headers of a command on a case. */
export const CommandHeaders = z.object({
  'idempotency-key': Key.optional(),
  'if-match': z
    .string()
    .regex(/^"?[0-9]{1,15}"?$/, both('应为案件版本号', 'must be the version of a case'))
    .optional()
    .meta({ description: 'version of the case that the caller saw' }),
});

/** Headers of a command that moves money: the key is required. */
export const MoneyHeaders = CommandHeaders.extend({ 'idempotency-key': Key });

export function keyAndVersion(headers: z.infer<typeof CommandHeaders>): { idempotencyKey?: string; ifVersion?: number } {
  const match = headers['if-match'];
  return { idempotencyKey: headers['idempotency-key'], ifVersion: match === undefined ? undefined : Number(match.replaceAll('"', '')) };
}
