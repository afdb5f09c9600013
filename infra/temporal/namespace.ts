import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { reasonOf, StartupError } from '../errors';
import { NotInTime, until } from '../until';
import { connectEngine, type EnginePlace } from './engine-client';

const { IndexedValueType } = temporal.api.enums.v1;
/** gRPC status codes. */
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;

export type SearchAttributeType = 'Text' | 'Keyword' | 'Int' | 'Double' | 'Bool' | 'Datetime' | 'KeywordList';
export type SearchAttributes = Readonly<Record<string, SearchAttributeType>>;

const INDEXED_TYPE: Record<SearchAttributeType, temporal.api.enums.v1.IndexedValueType> = {
  Text: IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  Int: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  Double: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
  Bool: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
  Datetime: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  KeywordList: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
};

/** How long a finished workflow stays readable in a namespace that we create. */
export const RETENTION_DAYS = 30;

export interface NamespacePlan {
  namespace: string;
  /** How long a finished workflow stays readable. Only for a namespace that is created now. */
  retentionDays: number;
  searchAttributes: SearchAttributes;
}

/**
 * Makes sure that the namespace and its search attributes exist and can be used, on our engine or on an
 * existing cluster.
 * @throws StartupError when the cluster cannot be reached, refuses, or has an attribute of another type
 */
export async function ensureNamespace(place: EnginePlace, plan: NamespacePlan): Promise<void> {
  let connection: Connection | undefined;
  try {
    connection = await connectEngine(place, { connectTimeout: '10s' });
    await registerNamespace(connection, plan);
    await addSearchAttributes(connection, plan);
    await untilUsable(connection, plan);
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`The namespace "${plan.namespace}" of the Temporal cluster at ${place.address} cannot be used (${why(error)}).`, { cause: error });
  } finally {
    await connection?.close();
  }
}

async function registerNamespace({ workflowService }: Connection, { namespace, retentionDays }: NamespacePlan): Promise<void> {
  try {
    await workflowService.describeNamespace({ namespace });
    return;
  } catch (error) {
    if (!hasStatus(error, NOT_FOUND)) throw error;
  }
  try {
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs(retentionDays * 86_400_000) });
  } catch (error) {
    if (!hasStatus(error, ALREADY_EXISTS)) throw error; // another process was faster
  }
}

async function addSearchAttributes({ operatorService }: Connection, { namespace, searchAttributes }: NamespacePlan): Promise<void> {
  // A namespace that was registered a moment ago is not known to every part of the server yet.
  const existing = await retried(async () => (await operatorService.listSearchAttributes({ namespace })).customAttributes);
  const missing: Record<string, temporal.api.enums.v1.IndexedValueType> = {};
  for (const [name, type] of Object.entries(searchAttributes)) {
    const found = existing[name];
    if (found === undefined) missing[name] = INDEXED_TYPE[type];
    else if (found !== INDEXED_TYPE[type]) throw new StartupError(`The search attribute ${name} exists in the Temporal namespace "${namespace}" with another type than ${type}; use another namespace or data directory.`);
  }
  if (Object.keys(missing).length > 0) await operatorService.addSearchAttributes({ namespace, searchAttributes: missing });
}

/** What is missing or of another type among the search attributes of a namespace, one clause for each. */
export async function searchAttributeFaults({ operatorService }: Connection, { namespace, searchAttributes }: Omit<NamespacePlan, 'retentionDays'>): Promise<string[]> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  return Object.entries(searchAttributes).flatMap(([name, type]) => {
    const found = customAttributes[name];
    if (found === INDEXED_TYPE[type]) return [];
    return [found === undefined ? `${name} is missing` : `${name} is not of type ${type}`];
  });
}

// Three things become true at different moments after a start: new attributes are known, the history
// service has taken its shards, and the matching service knows its task queues.
async function untilUsable({ workflowService }: Connection, { namespace, searchAttributes }: NamespacePlan): Promise<void> {
  const query = Object.keys(searchAttributes).map((name) => `${name} is null`).join(' and ');
  await Promise.all([
    retried(() => workflowService.listWorkflowExecutions({ namespace, query, pageSize: 1 })),
    retried(() => workflowService.describeTaskQueue({ namespace, taskQueue: { name: 'start-up-probe' } })),
    retried(async () => {
      try {
        return await workflowService.describeWorkflowExecution({ namespace, execution: { workflowId: 'start-up-probe' } });
      } catch (error) {
        if (hasStatus(error, NOT_FOUND) && !/namespace/i.test(why(error))) return true; // the shard answers: there is no such workflow
        throw error;
      }
    }),
  ]);
}

/** Repeats a call while the cluster is still settling; its own last fault is what is reported when it never does. */
async function retried<T>(call: () => Promise<T>): Promise<T> {
  let fault: unknown;
  const once = async () => {
    try {
      return { answer: await call() };
    } catch (error) {
      if (!isGrpcServiceError(error)) throw error;
      fault = error;
      return undefined;
    }
  };
  try {
    return (await until(once, { withinMs: 20_000, everyMs: 50 })).answer;
  } catch (error) {
    throw error instanceof NotInTime ? fault : error;
  }
}

function hasStatus(error: unknown, code: number): boolean {
  if (!isGrpcServiceError(error)) return false;
  const status: number = error.code;
  return status === code;
}

function why(error: unknown): string {
  return isGrpcServiceError(error) ? error.details : reasonOf(error);
}
