import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { AppError, invalidField } from '@veogate/shared/domain/errors';
import type { FastifyRequest } from 'fastify';

/** What multipart puts around a file. */
const ENVELOPE_BYTES = 64 * 1024;

/**
 * Writes the one file of a multipart request to `path`, without ever holding it in memory. Throws where the request is
 * cut off, is no multipart at all, or holds anything but one file in the field `file`.
 */
export async function receiveFile(request: FastifyRequest, path: string, maxBytes: number): Promise<void> {
  if (!request.isMultipart()) {
    throw new AppError(
      'unsupported_media_type',
      'Send multipart/form-data with one file in the field "file".',
    );
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes + ENVELOPE_BYTES) {
    throw new AppError('image_too_large', `At most ${maxBytes} bytes are allowed.`);
  }
  let files = 0;
  try {
    for await (const part of request.parts()) {
      if (part.type !== 'file' || part.fieldname !== 'file') {
        if (part.type === 'file') part.file.resume();
        throw unexpected(part.fieldname);
      }
      files += 1;
      await pipeline(part.file, createWriteStream(path, { mode: 0o600 }));
      if (part.file.truncated)
        throw new AppError('image_too_large', 'The file has more bytes than are allowed.');
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const code = (error as { code?: string }).code;
    if (code === 'FST_REQ_FILE_TOO_LARGE')
      throw new AppError('image_too_large', 'The file has more bytes than are allowed.');
    if (code === 'FST_FILES_LIMIT') throw unexpected('file');
    throw new AppError('upload_incomplete', '', { cause: error });
  }
  if (files === 0) {
    const message = 'There is no file in the field "file".';
    throw new AppError('upload_incomplete', message, { issues: [{ field: 'file', message }] });
  }
}

function unexpected(field: string): AppError {
  const message = `Send one file, in the field "file"${field === 'file' ? '' : `, and nothing in "${field.slice(0, 40)}"`}.`;
  return invalidField(field, message);
}
