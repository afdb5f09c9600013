import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { invalidInput } from './problem';
import { both } from './schema-messages';

/**
 * The one file of a multipart body, whole; undefined where the body has none.
 *
 * @throws HttpProblem INVALID_INPUT for a body that is broken off or is no multipart at all; what the limits of the route refuse
 */
export async function uploadedFile(request: FastifyRequest): Promise<{ part: MultipartFile; file: Buffer } | undefined> {
  try {
    const part = await request.file();
    return part && { part, file: await part.toBuffer() };
  } catch (error) {
    // Limits come with a status; what the parser stumbles over comes without, and is nobody's fault but the sender's.
    if ((error as { statusCode?: unknown }).statusCode !== undefined) throw error;
    throw invalidInput([{ path: 'body', message: both('上传内容不完整或者格式有误', 'the upload is incomplete or malformed') }]);
  }
}
