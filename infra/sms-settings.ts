import type { EnvironmentReader } from './environment';

/** How short messages are sent; absent: not at all, and applicants cannot sign in. */
export type SmsSettings = { via: 'sandbox' } | { via: 'http'; url: string; token?: string };

const LOOPBACK = /^http:\/\/(127(\.\d{1,3}){3}|\[::1\]|localhost)(:\d+)?(\/|$)/i;

/** Reads how short messages are sent; mistakes stay with the reader. */
export function readSmsSettings(read: EnvironmentReader, production: boolean): SmsSettings | undefined {
  const url = read.matching('SMS_URL', /^https?:\/\/[^\s/]+\S*$/, 'an address such as https://sms.example.org/messages');
  const token = read.text('SMS_TOKEN');
  const sandbox = read.onOff('SMS_SANDBOX');
  if (production && sandbox === true) read.mistake('SMS_SANDBOX is on, but NODE_ENV is production, where a code is for the applicant alone and not for whoever reaches the metrics: set SMS_URL');
  if (url !== undefined && sandbox === true) read.mistake('SMS_SANDBOX is on and SMS_URL is set, but only one of them can be meant');
  if (url === undefined && token !== undefined) read.mistake('SMS_TOKEN is set without SMS_URL');
  if (production && url?.startsWith('http:') && !LOOPBACK.test(url)) read.mistake('SMS_URL must begin with https:// in production, or be on the same machine: codes and telephone numbers go there');
  if (url !== undefined) return { via: 'http', url, ...(token === undefined ? {} : { token }) };
  return (sandbox ?? !production) ? { via: 'sandbox' } : undefined;
}

/** The same settings as the environment of a process of ours. */
export function smsEnvironment(sms: SmsSettings | undefined): Record<string, string> {
  if (sms === undefined) return { SMS_SANDBOX: 'off' };
  return sms.via === 'sandbox' ? { SMS_SANDBOX: 'on' } : { SMS_URL: sms.url, ...(sms.token === undefined ? {} : { SMS_TOKEN: sms.token }) };
}
