/** How much of anything a request may hold. */

const KIB = 1024;

/** Larger than any application with its thirty members, far smaller than what would hurt. */
const LARGE_BODY = 256 * KIB;
/** All payloads of an event of the engine, whose bytes come as base64. */
const PAYLOADS_BODY = 1024 * KIB;
/** A command with a few texts of four thousand characters. */
const USUAL_BODY = 64 * KIB;
/** A name, a password, a code. */
const SMALL_BODY = 4 * KIB;

/** Operations whose body holds a household, a list, payloads, or next to nothing. */
const BODIES: Record<string, number> = {
  submitApplication: LARGE_BODY,
  importFile: LARGE_BODY,
  addMaterials: LARGE_BODY,
  recordVisit: LARGE_BODY,
  recordComparison: LARGE_BODY,
  recordRecheck: LARGE_BODY,
  updateFile: LARGE_BODY,
  proposeAidPlan: LARGE_BODY,
  decideCollectively: LARGE_BODY,
  prepareDisbursement: LARGE_BODY,
  assessHousehold: LARGE_BODY,
  checkMaterials: LARGE_BODY,
  decodeEnginePayloads: PAYLOADS_BODY,
  login: SMALL_BODY,
  logout: SMALL_BODY,
  claimTask: SMALL_BODY,
  releaseTask: SMALL_BODY,
  reassignTask: SMALL_BODY,
};

/** Bytes of a JSON body at the most. Files of a form have limits of their own, where the form is read. */
export function bodyBytesMax(operation: string | undefined): number {
  return operation === undefined ? SMALL_BODY : (BODIES[operation] ?? USUAL_BODY);
}

/** The deepest body of the contract has six levels. */
export const JSON_DEPTH_MAX = 20;
/** Values and names together; thirty members with all their fields are some hundreds. */
export const JSON_PARTS_MAX = 20_000;

export const URL_CHARACTERS_MAX = 4_096;
export const QUERY_PARAMETERS_MAX = 20;
/** Longer than any cursor. */
export const QUERY_CHARACTERS_MAX = 1_000;
export const HEADER_BYTES_MAX = 16 * KIB;
export const HEADERS_MAX = 64;
