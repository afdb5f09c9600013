import { z } from 'zod';
import type { PlainDate } from '../domain/calendar-date';
import { CONSENT_METHODS, CONSENT_PURPOSES, type ConsentPurpose, type ConsentTerms } from '../domain/consent';
import { consentTextOn, type ConsentText } from '../policies/consent-texts';
import { invalidInput } from './problem';
import { both } from './schema-messages';

/** What may be said of a signature besides who and when. Nothing of it has to be: then it is the form in use on that day, on paper, for the comparison alone. */
export const ConsentInput = {
  textVersion: z.int().min(1).max(10_000).optional().meta({ description: '所签授权书的版本（listConsentTexts）；缺省为签署之日使用的版本' }),
  purposes: z.array(z.enum(CONSENT_PURPOSES)).min(1).max(CONSENT_PURPOSES.length).optional().meta({ description: '另行签名同意的事项；须含 dataComparison，缺省仅此一项' }),
  method: z.enum(CONSENT_METHODS).optional(),
  documentId: z.string().max(100).optional().meta({ description: '已上传的签字扫描件' }),
};

type ConsentGiven = z.infer<z.ZodObject<typeof ConsentInput>>;

/**
 * What was signed, as the record keeps it.
 *
 * @throws HttpProblem INVALID_INPUT for a version that does not exist or was not in use yet, and for purposes that it does not have
 */
export function consentTermsOf(texts: readonly ConsentText[], signedOn: PlainDate, given: ConsentGiven): ConsentTerms {
  const { textVersion, method = 'paper', documentId } = given;
  const purposes: ConsentPurpose[] = [...new Set(given.purposes ?? ['dataComparison' as const])];
  const text = textVersion === undefined ? consentTextOn(texts, signedOn) : texts.find(({ version }) => version === textVersion);
  if (textVersion !== undefined && (!text || text.from > signedOn)) {
    throw invalidInput([{ path: 'body.textVersion', message: both('签署之日没有这一版授权书', 'no version of the text that was in use on that day') }]);
  }
  const isOffered = (purpose: ConsentPurpose) => text?.purposes.some(({ id }) => id === purpose) ?? purpose === 'dataComparison';
  if (!purposes.includes('dataComparison') || !purposes.every(isOffered)) {
    throw invalidInput([{ path: 'body.purposes', message: both('须包含核对授权（dataComparison），且为该版授权书所列事项', 'must have dataComparison, and only what that version of the text has') }]);
  }
  return {
    text: text ? { id: text.id, version: text.version, sha256: text.sha256 } : null,
    textMonths: text?.validityMonths ?? null,
    purposes,
    method,
    documentId: documentId?.toLowerCase() ?? null,
  };
}
