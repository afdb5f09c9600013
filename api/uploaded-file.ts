import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { invalidInput } from './problem';
import { both } from './schema-messages';

/** Says the parser of a body that holds more than its route has named. */
const TOO_MANY: ReadonlySet<unknown> = new Set(['FST_PARTS_LIMIT', 'FST_FILES_LIMIT', 'FST_FIELDS_LIMIT']);

/**
 * The one file of a multipart body, whole, with the fields that came before and after it; undefined where the body has none.
 *
 * @throws HttpProblem INVALID_INPUT for a body that is broken off, is no multipart at all, has a second file or another field: nobody
 *   shall believe that what was left aside had been taken; what the limits of the route refuse
 */
export async function uploadedFile(request: FastifyRequest): Promise<{ part: MultipartFile; file: Buffer } | undefined> {
  let uploaded: { part: MultipartFile; file: Buffer } | undefined;
  try {
    for await (const part of request.parts()) if (part.type === 'file') uploaded = { part, file: await part.toBuffer() };
  } catch (error) {
    const { statusCode, code } = error as { statusCode?: unknown; code?: unknown };
    if (TOO_MANY.has(code)) throw invalidInput([{ path: 'body', message: both('只能有一个文件，且不能有多余的字段', 'must hold one file, and no field more than is named') }]);
    // Limits of size come with a status; what the parser stumbles over comes without, and is nobody's fault but the sender's.
    if (statusCode !== undefined) throw error;
    throw invalidInput([{ path: 'body', message: both('上传内容不完整或者格式有误', 'the upload is incomplete or malformed') }]);
  }
  if (uploaded && uploaded.part.fieldname !== 'file') throw invalidInput([{ path: 'body.file', message: both('文件的字段名应为 file', 'the field of the file must be named file') }]);
  return uploaded;
}
