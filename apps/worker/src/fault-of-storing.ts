import type { StoringFault } from '@veogate/shared/db/store-repo';
import { isGenerationErrorCode } from '@veogate/shared/domain/errors/generations';
import { faultOf, scrub } from '@veogate/shared/providers/http/scrub';
import { ProviderCallError } from '@veogate/shared/providers/video-provider';

/** Answers that mean: this link is no longer good. */
const STALE_LINK = [401, 403, 404, 410];
/** A connection that closed before the announced length. */
const BROKEN_OFF = ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'];

/**
 * Why a generation could not be stored: what our own storage, its provider, or the file itself did wrong. Null for
 * anything else, such as a database that is away, which says nothing about the file.
 */
export function faultOfStoring(error: unknown): (StoringFault & { retryAfterMs?: number }) | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof ProviderCallError) {
    const { retryAfterMs } = error;
    return {
      code: codeOfStatus(error.status),
      reason: scrub(error.message, ''),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  }
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return null;
  if (isGenerationErrorCode(code)) return { code, reason: scrub(error.message, '') };
  if (!BROKEN_OFF.includes(code)) return null;
  return { code: 'download_truncated', reason: `The download broke off (${faultOf(error)}).` };
}

function codeOfStatus(status: number | undefined): StoringFault['code'] {
  if (status === undefined) return 'download_failed';
  if (STALE_LINK.includes(status)) return 'download_refused';
  // It was answered, with a web page.
  return status === 200 ? 'download_unreadable' : 'download_failed';
}
