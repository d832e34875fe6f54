import type { Answer } from '../http/answer.ts';
import { expectJson, getAnswer, toCallError } from '../http/get-answer.ts';
import { type CallOptions, ProviderCallError } from '../video-provider.ts';
import { type Page, readPage } from './read-tasks.ts';

/** For one question. Milliseconds. */
const CALL_TIMEOUT_MS = 30_000;
/** A page of a hundred entries with prompts of 4,000 characters each, and room to spare. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const PAGE_SIZE = 100;

export type Api = ReturnType<typeof createApi>;

/**
 * The questions that GenAIPro v2 answers for free. Each throws a ProviderCallError where it gets no proper answer.
 *
 * @param base without a slash at its end
 */
export function createApi(base: string) {
  function ask(path: string, { secret, signal, onCall }: CallOptions): Promise<Answer> {
    assertUsable(secret);
    onCall?.(path.split(/[/?]/, 1)[0] ?? path);
    return getAnswer({
      url: new URL(`${base}/v2/veo/${path}`),
      headers: toHeaders(secret),
      timeoutMs: CALL_TIMEOUT_MS,
      maxAnswerBytes: MAX_ANSWER_BYTES,
      signal,
    });
  }

  return {
    /** The answer as it is, whatever its status. */
    credits: (options: CallOptions): Promise<Answer> => ask('credits', options),

    /** One task; null where the service does not know it. */
    async task(id: string, options: CallOptions): Promise<unknown> {
      const answer = await ask(`tasks/${encodeURIComponent(id)}`, options);
      // A web page with 404 does not come from the service itself.
      if (answer.status === 404 && answer.text.trimStart().startsWith('{')) return null;
      return expectJson(answer, options.secret);
    },

    /** A page of the key's tasks, newest first. Counts from 1. */
    async histories(page: number, options: CallOptions): Promise<Page> {
      const answer = await ask(`histories?page=${page}&page_size=${PAGE_SIZE}`, options);
      const read = readPage(expectJson(answer, options.secret), page);
      if (!read) throw toCallError(answer, options.secret);
      return read;
    },
  };
}

/** What every request carries. Cloudflare, which stands before the service, refuses some clients without a name. */
export function toHeaders(secret: string): Record<string, string> {
  return { ...clientHeaders, ...keyHeaders(secret) };
}

export const clientHeaders = { accept: 'application/json, */*;q=0.5', 'user-agent': 'Veogate' } as const;

export function keyHeaders(secret: string): { authorization: string } {
  return { authorization: `Bearer ${secret}` };
}

/** Whether a secret can stand in a header. The errors of `fetch` quote one that cannot. */
export function isUsable(secret: string): boolean {
  return /^[\x21-\x7e]+$/.test(secret);
}

/** Throws a ProviderCallError for a secret that cannot stand in a header. */
export function assertUsable(secret: string): void {
  if (!isUsable(secret)) throw new ProviderCallError('The key has characters that no key of GenAIPro has.');
}
