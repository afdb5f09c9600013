import { createHmac, hkdfSync, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ApplicationInput } from '../../../api/schemas/application';
import type { CaseView } from '../../../api/schemas/case';
import { readOperations, type Operation } from '../../../rehearse/openapi-document';
import { testStack } from '../../stack/test-stack';
import { CallerAt } from './caller';
import type { Json, Reply } from './service-client';

export interface Telephone {
  phone: string;
  idNumber: string;
}

/** A mobile number that no other test uses: eight digits are drawn. */
export function freshPhone(): string {
  return `19${String(randomInt(1_000_000_000)).padStart(9, '0')}`;
}

/** The code that the sandbox has sent last to a number. @throws Error when none was sent */
export async function codeFor(phone: string, operatorUrl = testStack().operatorUrl): Promise<string> {
  const { items } = (await (await fetch(`${operatorUrl}/sms`)).json()) as { items: { to: string; text: string }[] };
  const [code] = /\d{6}/.exec(items.find(({ to }) => to === phone)?.text ?? '') ?? [];
  if (code === undefined) throw new Error(`no code was sent to ${phone}`);
  return code;
}

/** By what the record has the code of a number; for tests that let time go by. */
export function phoneKeyOf(phone: string): Buffer {
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(readFileSync(testStack().signInKeyFile, 'utf8').trim(), 'hex'), '', 'applicant-phone', 32));
  return createHmac('sha256', key).update(JSON.stringify([phone])).digest();
}

/** Another code than this one. */
export function wrongCode(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

export const requestCode = (caller: CallerAt, phone: string) => caller.post('/v1/applicant/codes', { phone });
export const confirmCode = (caller: CallerAt, body: { phone: string; code: string; idNumber: string }) => caller.post<{ token: string; user: Json }>('/v1/applicant/session', { ...body });

/** Somebody with a telephone, signed in with a code, at an address of his own. */
export class Applicant {
  private constructor(
    readonly caller: CallerAt,
    private readonly operations: ReadonlyMap<string, Operation>,
  ) {}

  /** @throws Error when that fails */
  static async signIn({ phone, idNumber }: Telephone, { url, operatorUrl }: { url: string; operatorUrl: string } = testStack()): Promise<Applicant> {
    const caller = CallerAt.anywhere(url);
    const sent = await requestCode(caller, phone);
    if (sent.status !== 202) throw new Error(`requestCode answered ${sent.status} ${JSON.stringify(sent.body)}`);
    const { status, body } = await confirmCode(caller, { phone, code: await codeFor(phone, operatorUrl), idNumber });
    if (status !== 200) throw new Error(`confirmCode answered ${status} ${JSON.stringify(body)}`);
    caller.token = body.token;
    const document: unknown = await (await fetch(`${url}/openapi.json`)).json();
    return new Applicant(caller, readOperations(document));
  }

  /** One operation by its id; `input` as for `ServiceClient.call`. */
  call<Body = Json>(operationId: string, input: Json = {}, headers: Record<string, string> = {}): Promise<Reply<Body>> {
    const operation = this.operations.get(operationId);
    if (!operation) throw new Error(`the service has no operation ${operationId}`);
    const path = operation.pathParameters.reduce((filled, name) => filled.replace(`{${name}}`, encodeURIComponent(String(input[name]))), operation.path);
    const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !operation.pathParameters.includes(name)));
    if (operation.method === 'GET') {
      const query = new URLSearchParams(Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])));
      return this.caller.send<Body>({ method: 'GET', path: `${path}?${query.toString()}`, headers });
    }
    const body = operation.hasBody || Object.keys(rest).length > 0 ? rest : undefined;
    return this.caller.send<Body>({ method: operation.method, path, body, headers });
  }

  /** The same, where it must be accepted. */
  async does<Body = CaseView>(operationId: string, input: Json = {}): Promise<Body> {
    const { status, body } = await this.call<Body>(operationId, input);
    if (status >= 300) throw new Error(`${operationId} answered ${status} ${JSON.stringify(body)}`);
    return body;
  }
}

/** The papers of an application as whoever has this telephone files them himself. */
export function ownPapers(application: ApplicationInput, { phone, idNumber }: Telephone): ApplicationInput {
  const members = application.household.members.map((member) => (member.relation === 'self' ? { ...member, idNumber } : member));
  return { ...application, channel: 'selfApplication.online', applicant: { ...application.applicant, phone, idNumber }, household: { ...application.household, members } };
}
