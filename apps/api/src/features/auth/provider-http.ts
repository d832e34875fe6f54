import { AppError } from '@veogate/shared/domain/errors';
import { PROVIDER_TIMEOUT_MS } from './oauth-client.ts';

/** Asks a provider; whatever goes wrong is `sign_in_unavailable`, without a word of what was sent. */
export async function fetchJson(url: string, accessToken?: string): Promise<unknown> {
  const headers = {
    accept: 'application/json',
    'user-agent': 'Veogate',
    ...(accessToken && { authorization: `Bearer ${accessToken}` }),
  };
  try {
    const signal = AbortSignal.timeout(PROVIDER_TIMEOUT_MS);
    const answer = await fetch(url, { headers, signal, redirect: 'error' });
    if (answer.ok) return await answer.json();
  } catch {
    // Told below: an error of fetch may quote the address.
  }
  throw new AppError('sign_in_unavailable');
}
