import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import { userOf } from '../authentication';
import { ENGINE_PAYLOADS } from '../http/engine-ui';
import { COMMON_PROBLEMS, problems, type Api, type Services } from '../operation';

const PAYLOADS_MAX = 1_000;

/** Bytes as the JSON form of protocol buffers has them. */
const Bytes = z.base64().meta({ description: 'base64' });
/** A payload has more fields now and then (such as where it is kept instead): they come back as they were. */
const PayloadSchema = z.looseObject({ metadata: z.record(z.string().max(200), Bytes).optional(), data: Bytes.optional() });
const PayloadsSchema = z.object({ payloads: z.array(PayloadSchema).max(PAYLOADS_MAX) });

/** What the engine's UI and its command line ask to be able to show payloads: the protocol of remote codecs, for reading only. */
export function enginePayloadRoutes(app: Api, { enginePayloads }: Services): void {
  app.post(
    `${ENGINE_PAYLOADS}/decode`,
    {
      schema: {
        operationId: 'decodeEnginePayloads',
        tags: ['engine'],
        summary: '解开引擎中的内容',
        description: '供 Temporal 界面和命令行使用。本级及下级案件的内容予以解开，其余原样退回；每次均记入审计。',
        querystring: z.looseObject({}),
        body: PayloadsSchema,
        response: { 200: PayloadsSchema, ...COMMON_PROBLEMS, ...problems(413) },
      },
    },
    async (request) => {
      const asked = request.body.payloads;
      const { payloads, opened, caseIds } = await enginePayloads.open(asked.map(bytesOf), userOf(request));
      if (caseIds.length > 0) request.audited.caseIds = caseIds;
      request.audited.details = { payloads: asked.length, opened };
      return { payloads: payloads.map((payload, index) => ({ ...asked[index], metadata: textOf(payload), data: base64(payload.data ?? new Uint8Array()) })) };
    },
  );
}

function bytesOf({ metadata = {}, data = '' }: z.infer<typeof PayloadSchema>): Payload {
  return { metadata: Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')])), data: Buffer.from(data, 'base64') };
}

function textOf({ metadata }: Payload): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)]));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
