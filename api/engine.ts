import { status } from '@grpc/grpc-js';
import {
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
  type WorkflowHandle,
  type WorkflowService,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Refusal } from '../domain/refusal';
import {
  caseWorkflowId,
  caseWorkflowType,
  CASE_RELOADED,
  turnPageUpdate,
  untilQuietUpdate,
  type CaseStart,
  type CommandMessage,
  type CommandReply,
  type PageReply,
  type PageRequest,
  type QuietReply,
  type QuietRequest,
} from '../workflows/case/messages';

/**
 * How a case answered a command. `ended`: the case has run its course, or was never started. `again`: the case went on
 * in a new run, or was about to, before it judged the command.
 */
export type CommandOutcome = { accepted: CommandReply } | { refused: [Refusal, ...Refusal[]] } | 'ended' | 'again';

/** The engine could not be asked, or did not answer in time. */
export class EngineAway extends Error {
  override readonly name = 'EngineAway';
}

/** How long a caller waits for the engine before being told to try again. */
const ANSWER_WITHIN_MS = 10_000;

/** The cases in the engine, as the API speaks to them. */
export class CaseEngine {
  constructor(
    private readonly client: Client,
    private readonly taskQueue: string,
  ) {}

  /** Starts a case, or finds it started, and waits until its first step is in the record. */
  async start(start: CaseStart, summary: string): Promise<void> {
    const startWorkflowOperation = new WithStartWorkflowOperation(caseWorkflowType, {
      workflowId: caseWorkflowId(start.caseId),
      taskQueue: this.taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [start],
      staticSummary: summary,
    });
    try {
      await this.within(() => this.client.workflow.executeUpdateWithStart(untilQuietUpdate, { startWorkflowOperation }));
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      // Started before, and ended since: nothing is left to start.
    }
  }

  /**
   * Starts a case anew from its record. A case that came to its end in the meantime finds that out by itself.
   *
   * @param itsRun what becomes of a run that the case has: replaced in one step of the engine, so that it is never without
   *   one; or kept, and then nothing is started
   */
  async startAnew(start: CaseStart, summary: string, itsRun: 'replaced' | 'kept'): Promise<void> {
    await this.within(() =>
      this.client.workflow.start(caseWorkflowType, {
        workflowId: caseWorkflowId(start.caseId),
        taskQueue: this.taskQueue,
        workflowIdConflictPolicy: itsRun === 'replaced' ? 'TERMINATE_EXISTING' : 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        args: [start],
        staticSummary: summary,
      }),
    );
  }

  /**
   * Asks a case to go on in a new run, with the code that is current then.
   *
   * @returns `turns`: it will at the next wait at which nobody is without an answer, or has no need to; `ended`: there is
   *   no run; `unknown`: the code of its run does not know how
   */
  async turnPage(caseId: string, request: PageRequest): Promise<'turns' | 'ended' | 'unknown'> {
    try {
      await this.within(() => this.handle(caseId).executeUpdate<PageReply, [PageRequest]>(turnPageUpdate, { args: [request] }));
      return 'turns';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'ended';
      if (isCutShort(error)) return 'turns'; // by the end of its run
      if (error instanceof WorkflowUpdateFailedError) return 'unknown';
      throw error;
    }
  }

  /**
   * Sends one command. The command's id makes the Update's id, so a repeated one is recognised within a run; across runs
   * the case recognises it itself.
   *
   * @param attempt from 0; a command that is sent again after `again` is another Update
   */
  async send(caseId: string, command: string, message: CommandMessage, attempt: number): Promise<CommandOutcome> {
    const updateId = attempt === 0 ? message.commandId : `${message.commandId}.${attempt}`;
    try {
      const accepted = await this.within(() =>
        this.handle(caseId).executeUpdate<CommandReply, [CommandMessage]>(command, { args: [message], updateId }),
      );
      return { accepted };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'ended';
      if (isCutShort(error) || isThrownAway(error)) return 'again';
      const refused = refusalsIn(error);
      if (refused) return { refused };
      throw error;
    }
  }

  /** The case's clock once nothing is in motion; undefined for a case that has ended. */
  async untilQuiet(caseId: string): Promise<QuietReply | undefined> {
    try {
      return await this.within(() => this.handle(caseId).executeUpdate<QuietReply, []>(untilQuietUpdate));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw isCutShort(error) ? new EngineAway('the case goes on in a new run', { cause: error }) : error;
    }
  }

  /**
   * Tells a case how far its record is. One that lags behind takes itself up again from the record.
   *
   * @returns whether the case knew, or has ended; false: ask again
   */
  async hasCaughtUp(caseId: string, recordVersion: number): Promise<boolean> {
    try {
      const request: QuietRequest = { recordVersion, soon: true };
      await this.within(() => this.handle(caseId).executeUpdate<QuietReply, [QuietRequest]>(untilQuietUpdate, { args: [request] }));
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return true;
      if (isCutShort(error)) return false;
      throw error;
    }
  }

  /** Calls the engine's own services for a simulated case. */
  async within<T>(call: (service: WorkflowService, namespace: string) => Promise<T>): Promise<T> {
    const { connection, options } = this.client;
    try {
      return await connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, () => call(connection.workflowService, options.namespace));
    } catch (error) {
      throw isAway(error) ? new EngineAway('the engine did not answer', { cause: error }) : error;
    }
  }

  private handle(caseId: string): WorkflowHandle {
    return this.client.workflow.getHandle(caseWorkflowId(caseId));
  }
}

/** Whether the error, or what caused it, is the engine's silence rather than its answer. */
function isAway(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isThrownAway(error)) return true;
  if (isGrpcServiceError(error)) return AWAY.has(error.code) || isBetweenAttempts(error);
  return error instanceof Error && error.cause !== undefined && isAway(error.cause);
}

const AWAY: ReadonlySet<number> = new Set([status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.CANCELLED, status.RESOURCE_EXHAUSTED]);

/** A run whose tasks have failed or run out of time several times, as they do while workers die, takes no Update until one goes through. */
function isBetweenAttempts(error: { code: number; details: string }): boolean {
  return isNotReady(error, /workflow task in failed state/i);
}

function isNotReady({ code, details }: { code: number; details: string }, why: RegExp): boolean {
  const failedPrecondition: number = status.FAILED_PRECONDITION;
  return code === failedPrecondition && why.test(details);
}

/**
 * Whether the engine threw the workflow task away in which the Update was judged, and the judgement with it: the case wanted to turn its page
 * when something else had just come in, and does what it did once more, with both. Or the engine had forgotten the task and brought the Update
 * in another one, which the worker took for the same.
 */
function isThrownAway(error: unknown): boolean {
  if (isGrpcServiceError(error)) return isNotReady(error, /unexpected workflow task failure/i);
  if (error instanceof ApplicationFailure) return error.type === 'UnprocessedUpdate';
  return error instanceof Error && error.cause !== undefined && isThrownAway(error.cause);
}

/** Whether the run ended before the Update was judged: by going on from the record, or by turning the page. */
function isCutShort(error: unknown): boolean {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure && (cause.type === CASE_RELOADED || cause.type === 'AcceptedUpdateCompletedWorkflow');
}

function refusalsIn(error: unknown): [Refusal, ...Refusal[]] | undefined {
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure)) return undefined;
  const [first, ...more] = (error.cause.details ?? []) as Refusal[];
  return first && 'code' in first ? [first, ...more] : undefined;
}
