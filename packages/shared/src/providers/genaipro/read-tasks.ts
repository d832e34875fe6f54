import type { GenerationErrorCode } from '../../domain/errors/generations.ts';
import { asList, asRecord } from '../http/answer.ts';
import { scrub } from '../http/scrub.ts';
import type { HistoryEntry, OperationReport } from '../video-provider.ts';
import { namesInvalidParameter, namesRetiredModel } from './words.ts';

/**
 * Words by which a safety filter is known: UNSAFE_GENERATION and AUDIO_FILTERED as documented, and those of the
 * service behind it (PUBLIC_ERROR_PROMINENT_PEOPLE_UPLOAD, PUBLIC_ERROR_SEXUAL, …).
 */
const FILTER_WORDS =
  /unsafe|filtered|safety|polic(y|ies)|prohibit|violat|violen|sexual|nsfw|harmful|prominent.people|minor_/i;

export interface Page {
  entries: readonly unknown[];
  last: boolean;
}

/** One page of `GET /v2/veo/histories`; undefined where it is none. */
export function readPage(body: unknown, page: number): Page | undefined {
  const { data, total_pages: pages } = asRecord(body);
  if (!Array.isArray(data)) return undefined;
  return { entries: data, last: data.length === 0 || (typeof pages === 'number' && page >= pages) };
}

/** The id of a task or of an entry of the histories; empty where there is none. */
export function idOf(entry: unknown): string {
  const { id } = asRecord(entry);
  return typeof id === 'string' || typeof id === 'number' ? String(id) : '';
}

/**
 * How `GET /v2/veo/tasks/{id}` or an entry of the histories says that an operation stands. Undefined where it has no
 * status.
 */
export function readReport(entry: unknown, secret: string): OperationReport | undefined {
  const { status, error, file_url: url, file_urls: urls } = asRecord(entry);
  if (typeof status !== 'string') return undefined;
  // v1 worded a success so, and the histories show the old tasks too.
  if (/^(completed|MEDIA_GENERATION_STATUS_SUCCESSFUL)$/i.test(status)) {
    const found = [...asList(urls), url].filter((text) => typeof text === 'string' && text !== '');
    return found.length > 0
      ? { state: 'succeeded', urls: [...new Set(found as string[])] }
      : { state: 'failed', failure: { code: 'no_result', reason: 'It is completed, with no file.' } };
  }
  if (!/^(failed|MEDIA_GENERATION_STATUS_FAILED)$/i.test(status)) return { state: 'pending' };
  const words = typeof error === 'string' ? error : '';
  const reason = scrub(words, secret) || 'The provider gave no reason.';
  return { state: 'failed', failure: { code: toCode(words), reason } };
}

/**
 * Whether an entry of the histories says it all. A failure may stand there without its reason, and whether a completed
 * one truly has no file is better asked twice.
 */
export function isConclusive(entry: unknown, report: OperationReport): boolean {
  if (report.state !== 'failed') return true;
  const { error } = asRecord(entry);
  return report.failure.code !== 'no_result' && typeof error === 'string' && error !== '';
}

/** Entries of the histories with an id. A time that cannot be read, or has no zone, becomes an invalid Date. */
export function readHistory(entries: readonly unknown[]): HistoryEntry[] {
  return entries.flatMap((entry) => {
    const { prompt, created_at: createdAt } = asRecord(entry);
    const operationId = idOf(entry);
    if (operationId === '' || typeof prompt !== 'string') return [];
    return [{ operationId, prompt, createdAt: readTime(createdAt) }];
  });
}

function readTime(text: unknown): Date {
  const zoned = typeof text === 'string' && /(Z|[+-]\d{2}:?\d{2})$/i.test(text);
  return new Date(zoned ? text : Number.NaN);
}

function toCode(words: string): GenerationErrorCode {
  if (FILTER_WORDS.test(words)) return 'content_filtered';
  if (namesRetiredModel(words)) return 'model_retired';
  return namesInvalidParameter(words) ? 'invalid_parameter' : 'provider_failed';
}
