import { ProviderCallError } from '../video-provider.ts';
import { type Answer, describeAnswer, jsonOf } from './answer.ts';
import { readRetryAfter } from './retry-after.ts';
import { faultOf } from './scrub.ts';

export interface Question {
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** For the whole call. Milliseconds. */
  timeoutMs: number;
  /** Bytes; a longer answer is a failed call. */
  maxAnswerBytes: number;
  signal?: AbortSignal | undefined;
}

/**
 * A GET that costs nothing and may be repeated, over kept connections and without redirects. Returns whatever was
 * answered; throws a ProviderCallError where no whole answer came.
 */
export async function getAnswer(question: Question): Promise<Answer> {
  const { url, headers, timeoutMs, maxAnswerBytes, signal } = question;
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      headers,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    const text = await readText(response, maxAnswerBytes);
    return { status: response.status, headers: Object.fromEntries(response.headers), text };
  } catch (error) {
    if (error instanceof ProviderCallError) throw error;
    const fault = deadline.aborted ? `no answer within ${timeoutMs / 1000} s` : faultOf(error);
    throw new ProviderCallError(`The provider could not be asked (${fault}).`);
  }
}

/** The JSON of an answer with status 200. Throws a ProviderCallError for every other answer. */
export function expectJson(answer: Answer, secret: string): unknown {
  const body = jsonOf(answer);
  if (answer.status !== 200 || body === undefined) throw toCallError(answer, secret);
  return body;
}

/** An answer that does not help, as the error to throw: with its status, and how long it asks to wait. */
export function toCallError(answer: Answer, secret: string): ProviderCallError {
  const retryAfterMs = readRetryAfter(answer.headers);
  return new ProviderCallError(describeAnswer(answer, secret), {
    status: answer.status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the body, which closes its connection.
    if (size > maxBytes) {
      throw new ProviderCallError(`The provider's answer is longer than ${maxBytes} bytes.`, {
        status: response.status,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
