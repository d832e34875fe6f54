import type { GenerationErrorCode } from '../../domain/errors/generations.ts';
import {
  type Answer,
  asList,
  asRecord,
  describeAnswer,
  errorTextOf,
  isHtml,
  jsonOf,
} from '../http/answer.ts';
import type { Exchange } from '../http/fresh-request.ts';
import { readRetryAfter } from '../http/retry-after.ts';
import { scrub } from '../http/scrub.ts';
import type { ProviderFailure, SubmitOutcome } from '../video-provider.ts';
import { namesRetiredModel } from './words.ts';

/** What the service says of a key that it does not know. Any other 401 may come from what stands before it. */
const keyErrors = ['token_is_empty', 'invalid_token', 'invalid_api_key'];
/** What tasks fail with where the safety filter strikes; here only these very words are taken for it. */
const FILTERED = /UNSAFE_GENERATION|AUDIO_FILTERED/;
/** Seen as the whole body of a 401 with a valid key. */
const BARE_REFUSAL = /^\W*no access token found\W*$/i;
const PER_DAY = /\b(per|a|each) day\b|\bdaily\b/i;
/** A limit that lasts longer than this is no limit of requests a minute. */
const LONGEST_MINUTE_MS = 60 * 60_000;
/** A day, and the hour by which a change of clocks can lengthen it. */
const LONGEST_DAY_MS = 25 * 60 * 60_000;
const OUT_OF_QUOTA = /insufficient (quota|credit)/i;

/**
 * What is known after a submit. No 5xx, web page or unreadable answer of this service is known to mean "certainly not
 * accepted", so all of them leave the outcome unknown; ids are taken wherever they stand.
 */
export function readSubmit(exchange: Exchange, secret: string): SubmitOutcome {
  if (exchange.state === 'unknown') return { outcome: 'unknown', reason: exchange.reason };
  if (exchange.state === 'not_sent') {
    return { outcome: 'not_sent', code: 'provider_unreachable', reason: exchange.reason };
  }
  const { answer } = exchange;
  const { status } = answer;
  const reason = describeAnswer(answer, secret);
  if (status >= 200 && status < 300) {
    const operationIds = readIds(jsonOf(answer));
    return operationIds.length > 0 ? { outcome: 'accepted', operationIds } : { outcome: 'unknown', reason };
  }
  if (status === 429) {
    const retryAfterMs = readRetryAfter(answer.headers, { longestMs: LONGEST_DAY_MS });
    const isDaily = PER_DAY.test(reason) || (retryAfterMs ?? 0) > LONGEST_MINUTE_MS;
    const code = isDaily ? 'provider_daily_limit' : 'provider_rate_limited';
    return { outcome: 'not_sent', code, reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  const failure = status >= 400 && status < 500 && status !== 408 ? readRefusal(answer, secret) : undefined;
  return failure ? { outcome: 'rejected', failure } : { outcome: 'unknown', reason };
}

/** What a 4xx says in so many words; undefined where it has none, as a web page or an unknown plain text does. */
export function readRefusal(answer: Answer, secret: string): ProviderFailure | undefined {
  const { status } = answer;
  const words = errorTextOf(jsonOf(answer)) || knownText(answer);
  return words === '' ? undefined : { code: toCode(status, words), reason: scrub(words, secret) };
}

/** A body without JSON around it, where it is one of those that this service is known to send so. */
function knownText(answer: Answer): string {
  const known = answer.status === 401 ? BARE_REFUSAL : answer.status === 402 ? OUT_OF_QUOTA : undefined;
  return known?.test(answer.text) && !isHtml(answer) ? answer.text : '';
}

function toCode(status: number, words: string): GenerationErrorCode {
  if (status === 401 && keyErrors.includes(words.trim())) return 'key_invalid';
  if (status === 401 && BARE_REFUSAL.test(words)) return 'key_refused';
  if (status === 402 || OUT_OF_QUOTA.test(words)) return 'quota_exceeded';
  if (FILTERED.test(words)) return 'content_filtered';
  if (namesRetiredModel(words)) return 'model_retired';
  return status === 400 || status === 422 ? 'invalid_parameter' : 'provider_rejected';
}

/** `{"histories":[{"id"}]}`, or `{"id"}` for images; each id once. */
function readIds(body: unknown): string[] {
  const { histories, id } = asRecord(body);
  const ids = [id, ...asList(histories).map((entry) => asRecord(entry)['id'])];
  return [...new Set(ids.map(toId).filter((text) => text !== ''))];
}

function toId(id: unknown): string {
  return typeof id === 'string' ? id.trim() : typeof id === 'number' ? String(id) : '';
}
