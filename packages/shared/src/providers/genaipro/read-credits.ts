import type { GenerationErrorCode } from '../../domain/errors/generations.ts';
import { type Answer, asRecord, describeAnswer, jsonOf } from '../http/answer.ts';
import { readRetryAfter } from '../http/retry-after.ts';
import type { KeyQuota, KeyReport } from '../video-provider.ts';
import { readRefusal } from './read-submit.ts';

const KEY_CODES: readonly GenerationErrorCode[] = ['key_invalid', 'key_refused'];

/**
 * What `GET /v2/veo/credits` tells about a key. Only the service's own words, and the bare 401 that also valid keys
 * get now and then, say anything against one.
 */
export function readCredits(answer: Answer, secret: string): KeyReport {
  const quota = answer.status === 200 ? readQuota(jsonOf(answer), Date.now()) : undefined;
  if (quota) return { state: 'accepted', quota };
  const failure = answer.status === 401 ? readRefusal(answer, secret) : undefined;
  if (failure && KEY_CODES.includes(failure.code)) return { state: 'refused', failure };
  const retryAfterMs = readRetryAfter(answer.headers);
  const reason = describeAnswer(answer, secret);
  return { state: 'unclear', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/**
 * The packages of a key as one: what was bought and used in all, and when the first of those expires that still have
 * something left; where none has, when the last of them did. Undefined for a body that is no list of packages.
 */
function readQuota(body: unknown, now: number): KeyQuota | undefined {
  if (!Array.isArray(body)) return undefined;
  const packages = body.map(asRecord).map(({ quota, used, expires_at: expiresAt }) => ({
    quota: Number(quota),
    used: Number(used ?? 0),
    expires: typeof expiresAt === 'string' && !Number.isNaN(Date.parse(expiresAt)) ? expiresAt : null,
  }));
  if (!packages.every(({ quota, used }) => Number.isFinite(quota) && Number.isFinite(used))) return undefined;
  const good = packages.filter(
    ({ quota, used, expires }) => quota > used && (expires === null || Date.parse(expires) > now),
  );
  const times = (good.length > 0 ? good : packages)
    .flatMap(({ expires }) => expires ?? [])
    .sort((a, b) => Date.parse(a) - Date.parse(b));
  return {
    total: packages.reduce((sum, { quota }) => sum + quota, 0),
    used: packages.reduce((sum, { used }) => sum + used, 0),
    expires_at: (good.length > 0 ? times[0] : times.at(-1)) ?? null,
  };
}
