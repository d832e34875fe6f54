import http from 'node:http';
import https from 'node:https';
import type { Answer } from './answer.ts';
import { faultOf } from './scrub.ts';

const MEBIBYTE = 1024 * 1024;
/** Node gives each address of a host 250 ms by itself, which is short for a provider on another continent. */
const ADDRESS_TIMEOUT_MS = 3_000;

export interface FreshRequest {
  url: URL;
  method: 'GET' | 'POST';
  headers: Readonly<Record<string, string>>;
  body?: Uint8Array;
  /** For the whole exchange, from the name lookup to the last byte of the answer. */
  timeoutMs: number;
  /** Bytes; an answer that is longer leaves the outcome unknown. 1 MiB where left out. */
  maxAnswerBytes?: number;
  signal?: AbortSignal | undefined;
}

/**
 * How one exchange ended.
 *
 * - `answered`: the whole answer is here.
 * - `not_sent`: no connection was ever established, so not one byte of the request was read by anybody.
 * - `unknown`: there was a connection, and no whole answer.
 */
export type Exchange =
  | { state: 'answered'; answer: Answer }
  | { state: 'not_sent'; reason: string }
  | { state: 'unknown'; reason: string };

/**
 * Makes one HTTP request on a connection of its own: no keep-alive, no redirects, no retries. A kept connection that
 * the other side has meanwhile closed looks just like a request that was taken and then dropped; a fresh one tells the
 * two apart. Never rejects.
 */
export function freshRequest(asked: FreshRequest): Promise<Exchange> {
  return new Promise((resolve) => {
    const { url, signal, timeoutMs } = asked;
    const secure = url.protocol === 'https:';
    let connected = false;
    let request: http.ClientRequest | undefined;

    const settle = (exchange: Exchange): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(exchange);
      request?.destroy();
    };
    const fail = (reason: string): void => settle({ state: connected ? 'unknown' : 'not_sent', reason });
    const onAbort = (): void => fail('The call was given up.');
    const timer = setTimeout(() => {
      const what = connected ? 'answer' : 'connection';
      fail(`There was no ${what} within ${timeoutMs / 1000} s.`);
    }, timeoutMs);

    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort);
    try {
      request = (secure ? https : http).request(url, toOptions(asked));
    } catch (error) {
      return fail(`The request cannot be made (${faultOf(error)}).`);
    }
    request.once('socket', (socket) => {
      // For TLS only after the certificate was found good; nothing of the request goes out before.
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        connected = true;
      });
    });
    request.once('response', (response) => {
      readAnswer(response, asked.maxAnswerBytes ?? MEBIBYTE, settle, fail);
    });
    request.on('error', (error) => {
      const what = connected ? 'The connection broke off' : 'No connection could be made';
      fail(`${what} (${faultOf(error)}).`);
    });
    request.once('close', () => fail('The connection was closed before the answer was complete.'));
    request.end(asked.body);
  });
}

function toOptions({ method, headers, body }: FreshRequest): https.RequestOptions {
  const length = body || method === 'POST' ? { 'content-length': String(body?.byteLength ?? 0) } : {};
  const options: https.RequestOptions & { autoSelectFamilyAttemptTimeout: number } = {
    method,
    headers: { ...headers, ...length },
    agent: false,
    autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT_MS,
  };
  return options;
}

function readAnswer(
  response: http.IncomingMessage,
  maxBytes: number,
  settle: (exchange: Exchange) => void,
  fail: (reason: string) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) return fail(`The answer is longer than ${maxBytes} bytes.`);
    chunks.push(chunk);
  });
  response.once('error', (error) => fail(`The answer broke off (${faultOf(error)}).`));
  response.once('end', () => {
    if (!response.complete) return fail('The answer broke off.');
    const text = Buffer.concat(chunks).toString('utf8');
    settle({
      state: 'answered',
      answer: { status: response.statusCode ?? 0, headers: toHeaders(response), text },
    });
  });
}

/** The headers of an answer as plain texts. */
export function toHeaders({ headers }: http.IncomingMessage): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
  return Object.fromEntries(entries) as Record<string, string>;
}
