import { z } from 'zod';
import { isObject, type JsonObject } from './json';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** How to send one operation, as the service's OpenAPI document tells it. */
export interface Operation {
  id: string;
  /** Upper case. */
  method: string;
  /** With its parameters in braces, e.g. `/v1/cases/{caseId}`. */
  path: string;
  /** Names of the path's parameters, in the order of the path. */
  pathParameters: string[];
  queryParameters: string[];
  /** Whether the operation reads a JSON body. */
  hasBody: boolean;
  /** Whether its body may carry that property. */
  accepts: (property: string) => boolean;
}

const DocumentSchema = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** What `/openapi.json` answered is not an OpenAPI document. */
export class NotAnOpenApiDocument extends Error {
  override readonly name = 'NotAnOpenApiDocument';
}

/**
 * Every operation of an OpenAPI 3 document that has an operation id, by that id.
 *
 * @throws NotAnOpenApiDocument when there are no `paths` to read
 */
export function readOperations(json: unknown): Map<string, Operation> {
  const parsed = DocumentSchema.safeParse(json);
  if (!parsed.success) throw new NotAnOpenApiDocument(`not an OpenAPI document: ${z.prettifyError(parsed.error)}`);
  const document = parsed.data;

  const operations = new Map<string, Operation>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!isObject(operation) || typeof operation.operationId !== 'string') continue;
      const parameters = [...asList(item.parameters), ...asList(operation.parameters)].map((parameter) => dereference(parameter, document));
      const schema = bodySchema(operation, document);
      operations.set(operation.operationId, {
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        pathParameters: [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name),
        queryParameters: parameters.filter(({ in: place }) => place === 'query').map(({ name }) => String(name)),
        hasBody: operation.requestBody !== undefined,
        accepts: (property) => hasProperty(schema, property, document),
      });
    }
  }
  return operations;
}

function bodySchema(operation: JsonObject, document: JsonObject): unknown {
  const { content } = dereference(operation.requestBody, document);
  const media = isObject(content) ? content['application/json'] : undefined;
  return isObject(media) ? media.schema : undefined;
}

/** Whether a schema names the property, in itself or in what it is composed of. */
function hasProperty(schema: unknown, property: string, document: JsonObject): boolean {
  const { properties, allOf, anyOf, oneOf } = dereference(schema, document);
  if (isObject(properties) && Object.hasOwn(properties, property)) return true;
  return [allOf, anyOf, oneOf].flatMap(asList).some((part) => hasProperty(part, property, document));
}

/** The object itself or what its local `$ref` (`#/components/…`) points to; empty when there is none. */
function dereference(value: unknown, document: JsonObject): JsonObject {
  if (!isObject(value)) return {};
  if (typeof value.$ref !== 'string') return value;
  let target: unknown = document;
  for (const segment of value.$ref.replace(/^#\//, '').split('/')) target = isObject(target) ? target[segment] : undefined;
  return dereference(target, document);
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
