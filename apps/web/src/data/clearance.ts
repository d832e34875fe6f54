import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Challenge } from 'altcha-lib';
import { useEffect, useSyncExternalStore } from 'react';
import { call } from '../api/client.ts';
import { toProblem } from '../api/problem.ts';

interface TermsText {
  version: string;
  text: string;
}

/** The terms of service in force. */
export function useTerms() {
  return useQuery({
    queryKey: ['terms'],
    queryFn: () => call<TermsText>('GET', '/v1/terms'),
    staleTime: 0,
  });
}

export function useAcceptTerms() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (version: string) => call<undefined>('POST', '/v1/me/terms', { version }),
    onSettled: () => client.invalidateQueries({ queryKey: ['me'] }),
    // Perhaps they changed while they were read.
    onError: () => client.invalidateQueries({ queryKey: ['terms'] }),
  });
}

/** Has the browser solve a puzzle, in the background. The solver is read only where it is needed. */
export function useSolveCaptcha() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (signal: AbortSignal) => {
      const [{ solve }, challenge] = await Promise.all([
        import('./solve-captcha.ts'),
        call<Challenge>('GET', '/v1/captcha'),
      ]);
      const solution = await solve(challenge, signal);
      await call<undefined>('POST', '/v1/me/captcha', { solution });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['me'] }),
  });
}

/** What has to be done before the service takes on anything new. */
function needsClearance(error: unknown): boolean {
  const { code } = toProblem(error);
  return code === 'terms_required' || code === 'captcha_required';
}

let waiting: ((isCleared: boolean) => void)[] = [];
const listeners = new Set<() => void>();

function tellAll(): void {
  for (const tell of listeners) tell();
}

/** Ends the asking: whatever waited for it goes on, or is refused. */
export function endClearance(isCleared: boolean): void {
  const resolved = waiting;
  waiting = [];
  tellAll();
  for (const resolve of resolved) resolve(isCleared);
}

/** Whether somebody has to be asked now. */
export function useClearanceWanted(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting.length > 0,
  );
}

/**
 * Runs something that terms or a puzzle may stand before. If so, the page asks for it on top of what is there, and runs
 * it again: nobody has to press twice, and nothing that was written is lost.
 */
export async function cleared<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!needsClearance(error)) throw error;
    const isCleared = await new Promise<boolean>((resolve) => {
      waiting = [...waiting, resolve];
      tellAll();
    });
    if (!isCleared) throw error;
    return run();
  }
}

/** Reads at once what is due now. */
export function useLookAgainAtMe(): void {
  const client = useQueryClient();
  useEffect(() => void client.invalidateQueries({ queryKey: ['me'] }), [client]);
}
