import { z } from 'zod';
import { shanghaiDateAt } from '../../domain/calendar-date';
import { CONSENT_METHODS, CONSENT_PURPOSES, consentsOf, isInForce, type Consent } from '../../domain/consent';
import { listEvents } from '../../store/case-event.store';
import { userOf } from '../authentication';
import { COMMON_PROBLEMS, type Api, type Services } from '../operation';
import { CasePath } from '../schemas/values';
import { scopeOf } from '../scope';

const ConsentSchema = z
  .object({
    memberNo: z.int(),
    signedOn: z.string(),
    validUntil: z.string().nullable(),
    purposes: z.array(z.enum(CONSENT_PURPOSES)),
    text: z.object({ id: z.string(), version: z.int(), sha256: z.string() }).nullable().meta({ description: '所签文本；null: 早于本系统保存的第一个版本' }),
    method: z.enum(CONSENT_METHODS),
    documentId: z.string().nullable(),
    recordedOn: z.string(),
    recordedBy: z.string().nullable(),
    withdrawnOn: z.string().nullable(),
    state: z.enum(['inForce', 'expired', 'superseded', 'withdrawn']),
  })
  .meta({ id: 'Consent' });

const ConsentTextSchema = z
  .object({
    id: z.string(),
    version: z.int(),
    from: z.string(),
    title: z.string(),
    validityMonths: z.int(),
    purposes: z.array(z.object({ id: z.enum(CONSENT_PURPOSES), clause: z.string() })),
    wording: z.string(),
    sha256: z.string().meta({ description: 'wording 的 SHA-256' }),
  })
  .meta({ id: 'ConsentText' });

/** 授权: what people have signed, and the texts of it. */
export function consentRoutes(app: Api, { records, reader, consentTexts }: Services): void {
  app.get(
    '/v1/consent-texts',
    {
      schema: {
        operationId: 'listConsentTexts',
        tags: ['intake'],
        summary: '授权书文本（各版本）',
        response: { 200: z.object({ items: z.array(ConsentTextSchema) }), ...COMMON_PROBLEMS },
      },
    },
    () => ({ items: consentTexts.map((text) => ConsentTextSchema.parse(text)) }),
  );

  app.get(
    '/v1/cases/:caseId/authorizations',
    {
      schema: {
        operationId: 'listConsents',
        tags: ['intake'],
        summary: '授权登记簿',
        params: CasePath,
        response: { 200: z.object({ items: z.array(ConsentSchema) }), ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const user = userOf(request);
      const db = records.of(scopeOf(user));
      const { record, clockOffsetMs } = await reader.get(request.params.caseId, user, db);
      const today = shanghaiDateAt(Date.now() + clockOffsetMs);
      // Handlers are roles to the worker, not names.
      const recordedBy = (consent: Consent) => (user.applicant ? null : consent.recordedBy);
      const consents = consentsOf(await listEvents(db, record.caseId));
      return { items: consents.map((consent) => ConsentSchema.parse({ ...consent, recordedBy: recordedBy(consent), state: stateOf(consent, today) })) };
    },
  );
}

function stateOf(consent: Consent, today: string): z.infer<typeof ConsentSchema>['state'] {
  if (consent.withdrawnOn !== null) return 'withdrawn';
  if (consent.isSuperseded) return 'superseded';
  return isInForce(consent, today) ? 'inForce' : 'expired';
}
