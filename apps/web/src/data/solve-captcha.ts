import { type Challenge, solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/web/pbkdf2';

/**
 * Solves an ALTCHA puzzle. The work is done by the browser's own cryptography, beside the page's thread, so that it
 * needs no worker and the page stays quick.
 *
 * @returns the payload as the service takes it
 */
export async function solve(challenge: Challenge, signal: AbortSignal): Promise<string> {
  const controller = new AbortController();
  signal.addEventListener('abort', () => controller.abort());
  const solution = await solveChallenge({ challenge, deriveKey, controller });
  if (!solution) throw new Error('The puzzle was not solved.');
  return btoa(JSON.stringify({ challenge, solution }));
}
