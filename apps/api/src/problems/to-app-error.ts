import { isDatabaseAway } from '@veogate/shared/db/database-away';
import { AppError, type ErrorCode } from '@veogate/shared/domain/errors';
import { StorageError } from '@veogate/shared/storage/storage-error';
import type { FastifyError } from 'fastify';
import { toIssues } from './to-issues.ts';

/** Fastify's own codes, with a sentence where the catalogue's title is not enough. */
const TRANSLATIONS: Readonly<Record<string, readonly [ErrorCode, string?]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid_request', 'The body is not valid JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid_request', 'The body is empty, but its content type says JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid_request', 'The body is not as long as Content-Length says.'],
  FST_ERR_BAD_URL: ['not_found', 'The address is not a valid URL.'],
  FST_ERR_INVALID_URL: ['not_found', 'The address is not a valid URL.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'No id is as long as this one.'],
};

/** How long a database that restarts is usually away. Milliseconds. */
const DATABASE_AWAY_MS = 5_000;

/** Whatever was thrown, as an error of the catalogue. What nobody foresaw is `internal`, and keeps its words to itself. */
export function toAppError(error: FastifyError): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof StorageError) return new AppError(error.code, error.message, { cause: error });
  if (error.validation) return new AppError('invalid_request', '', { issues: toIssues(error), cause: error });
  const [code, detail] = TRANSLATIONS[error.code] ?? [];
  if (code) return new AppError(code, detail, { cause: error });
  if (isDatabaseAway(error)) {
    const detail = 'The database does not answer.';
    return new AppError('unavailable', detail, { retryAfterMs: DATABASE_AWAY_MS, cause: error });
  }
  // What the framework refuses is the client's fault; its words are not written for people.
  const isRefusal = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
  return new AppError(isRefusal ? 'invalid_request' : 'internal', '', { cause: error });
}
