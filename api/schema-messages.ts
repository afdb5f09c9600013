import { z } from 'zod';
import type { Language } from './language';

/** Between the two languages of a message; no text of either holds it. */
const SEPARATOR = '\u0000';

const chinese = z.locales.zhCN().localeError;
const english = z.locales.en().localeError;

/** A message in both languages: which one is wanted is only known when the request is answered. */
export function both(zh: string, en: string): string {
  return `${zh}${SEPARATOR}${en}`;
}

/** The message in the language of the request. */
export function inLanguage(message: string, language: Language): string {
  const [zh = '', en = zh] = message.split(SEPARATOR);
  return language === 'zh' ? zh : en;
}

/** Makes schemas speak both languages. Once per process, before the first request. */
export function speakBothLanguages(): void {
  z.config({ customError: (issue) => both(textOf(chinese(issue)), textOf(english(issue))) });
}

function textOf(message: string | { message: string } | null | undefined): string {
  return typeof message === 'string' ? message : (message?.message ?? '');
}
