import type { Actor, NewFact } from '../../domain/decisions/decide';
import type { CaseRecord } from '../../domain/case-record';
import type { CaseState } from '../../domain/case-facts';
import type { Reference } from '../../domain/reference';

/** What a case is started with, and what it carries into its next run. Plain JSON: it crosses continue-as-new. */
export interface CaseStart {
  caseId: string;
  reference: Reference;
  /** Business instant (epoch ms) at which the run of a simulated case begins; every other case runs on the engine's clock. */
  startsAtMs?: number;
  /** The first run opens the case; later runs go on from the record. */
  opening?: { facts: NewFact[]; actor: Actor | null; commandId: string };
  record?: CaseRecord;
  /** Which version of the code made `record`: another one folds it anew from the events, and so finds in it what it has come to need. Empty: nobody's. */
  recordOf?: string;
  /** The last commands carried out: the engine does not recognise a repeated Update across runs. */
  appliedCommands: string[];
}

/** One command of a person. Coded facts only: names, numbers of persons and free text stay in the command's row. */
export interface CommandMessage {
  commandId: string;
  actor: Actor | null;
  facts: unknown;
  ifVersion?: number;
  /** Version of the case in the record when the command was sent: a case that lags behind it has been forgotten a step of. */
  recordVersion?: number;
  /** Present when the tables have changed since the case last saw them. */
  reference?: Reference;
}

/** The answer to a carried-out command, once its step is in the record. */
export interface CommandReply {
  /** The case's version right after that step; null for one that an earlier run took: the record says it. */
  version: number | null;
}

/** Asks a case to answer once it is quiet, or, with `soon`, once no command is in motion. */
export interface QuietRequest {
  recordVersion?: number;
  soon?: boolean;
}

/** The answer of `untilQuiet`: the case's clock, once nothing is in motion. */
export interface QuietReply {
  version: number;
  state: CaseState;
  nowMs: number;
  /** The next business instant at which the case acts by itself, if any. */
  nextDueMs: number | null;
}

/** Asks a case to go on in a new run, which begins with the code that is current then. */
export interface PageRequest {
  /** The version to be on: a case that is there already stays in its run. */
  buildId?: string;
  /** Present when the tables have changed since the case last saw them. */
  reference?: Reference;
}

/** `turned`: the run ends at the next wait at which nobody is without an answer. */
export interface PageReply {
  turned: boolean;
}

/** The queue that workers for cases poll. */
export const CASE_TASK_QUEUE = 'cases';
/** All versions of the workers for cases, as the engine knows them together. */
export const CASE_DEPLOYMENT = 'bihuan-cases';

export const caseWorkflowType = 'hardshipCase';
export const caseWorkflowId = (caseId: string): string => `case-${caseId}`;

const CASE_WORKFLOW = /^case-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The case whose workflow has this id; undefined for one that is no case. */
export function caseIdOf(workflowId: string): string | undefined {
  return CASE_WORKFLOW.exec(workflowId)?.[1];
}

export const untilQuietUpdate = 'untilQuiet';
export const turnPageUpdate = 'turnPage';

/** Failure type: the case goes on in a new run from the record; what was sent must be sent again. */
export const CASE_RELOADED = 'CASE_RELOADED';

/** The state in which a case ended. */
export type CaseEnd = CaseState;
