import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { toProblem } from '../../api/problem.ts';
import { here } from '../../data/return-to.ts';
import { accountText as t } from '../../strings/en/account.ts';
import { toast } from '../../ui/toasts.tsx';

/** Says why something did not work; where a fresh sign-in is wanted, the way to one, and back to here. */
export function useTell() {
  const navigate = useNavigate();
  return useCallback(
    (error: unknown): void => {
      const { code, message, advice } = toProblem(error);
      if (code !== 'sign_in_again') {
        toast(`${message} ${advice}`, { tone: 'failed' });
        return;
      }
      toast(t.failedAgain, {
        tone: 'failed',
        ms: 20_000,
        action: {
          label: t.signInAgain,
          run: () => void navigate({ to: '/sign-in', search: { again: 1, return_to: here() } }),
        },
      });
    },
    [navigate],
  );
}
