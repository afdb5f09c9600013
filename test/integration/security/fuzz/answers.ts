import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { isObject, type JsonObject } from '../../../../rehearse/json';

const BASE = 'urn:bihuan:openapi';

/** What an operation may answer, by the OpenAPI document. */
export class DocumentedAnswers {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(private readonly document: JsonObject) {
    addFormats(this.ajv);
    this.ajv.addFormat('binary', true);
    this.ajv.addSchema({ ...document, $id: BASE });
  }

  /** What is wrong with an answer: a status, a content type or a body that the document does not have; undefined when nothing is. */
  mistakeIn({ path, method }: { path: string; method: string }, answer: { status: number; contentType: string; text: string }): string | undefined {
    const pointer = ['paths', path, method.toLowerCase(), 'responses', String(answer.status)];
    const response = pointer.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), this.document);
    if (!isObject(response)) return `status ${answer.status} is not in the document: ${answer.text.slice(0, 300)}`;
    if (answer.status === 204 || (answer.status >= 300 && answer.status < 400)) return answer.text === '' ? undefined : `a body with status ${answer.status}`;
    const content = isObject(response.content) ? response.content : {};
    const type = answer.contentType.split(';')[0]?.trim() ?? '';
    if (!(type in content)) return `content type ${type} is not in the document for ${answer.status}`;
    if (!/json/.test(type)) return undefined;
    const validate = this.validatorOf([...pointer, 'content', type, 'schema']);
    const body = parsed(answer.text);
    if (body === undefined) return `no JSON: ${answer.text.slice(0, 200)}`;
    return validate(body) ? undefined : `${answer.status} against its schema: ${this.ajv.errorsText(validate.errors)} in ${answer.text.slice(0, 300)}`;
  }

  private validatorOf(pointer: readonly string[]): ValidateFunction {
    const ref = `${BASE}#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
    const made = this.validators.get(ref) ?? this.ajv.compile({ $ref: ref });
    this.validators.set(ref, made);
    return made;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
