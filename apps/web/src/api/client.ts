import createClient from 'openapi-fetch';
import type { paths } from './generated/schema.d.ts';
import { ApiProblem, unreachable } from './problem.ts';

/** Calls of our own API, typed by its description. Every path and answer comes from `openapi.json`. */
export const api = createClient<paths>();

/**
 * The body of an answer.
 *
 * @throws ApiProblem for everything but a 2xx
 */
export async function answerOf<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call.catch(() => {
    throw unreachable();
  });
  if (response.ok) {
    // A 204 has no body, and its T is undefined.
    return data as T;
  }
  // A proxy before us may answer with a page.
  const body = typeof error === 'object' && error !== null ? error : {};
  throw new ApiProblem({ ...body, status: response.status });
}

/** The same for a path that the description does not hold yet. */
export function call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const request = fetch(path, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  }).then(async (response) => {
    const content: unknown = await response.json().catch(() => undefined);
    return response.ok ? { data: content as T, response } : { error: content, response };
  });
  return answerOf<T>(request);
}
