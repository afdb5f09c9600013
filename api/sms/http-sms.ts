import { reasonOf, systemCode } from '../../infra/errors';
import { SmsNotSent, type SmsSender } from './sms-sender';

/** A code is waited for by somebody with a telephone in the hand. */
const ANSWERS_WITHIN_MS = 5_000;
/** Of a connection that was never made. */
const NEVER_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** A gateway of short messages behind HTTP: POST of `{to, text}`, any answer of 2xx means that it has taken it. */
export function httpSms({ url, token }: { url: string; token?: string }): SmsSender {
  const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  return {
    async send({ to, text }) {
      // A gateway that sends on to somewhere else would take number and code along.
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ to, text }), redirect: 'error', signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) }).catch((error: unknown) => {
        throw new SmsNotSent(`the gateway does not answer (${reasonOf(error)})`, !NEVER_REACHED.has(systemCode((error as Error).cause) ?? ''));
      });
      await response.body?.cancel();
      if (!response.ok) throw new SmsNotSent(`the gateway answered ${response.status}`, false);
    },
  };
}
