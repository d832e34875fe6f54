import { Button, VisuallyHidden } from '@mantine/core';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { toProblem } from '../../api/problem.ts';
import type { Generation } from '../../api/types.ts';
import { useMe, useMeta } from '../../data/service.ts';
import { useLiveUpdates } from '../../live/use-live-updates.ts';
import { t } from '../../strings/en.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { toast } from '../../ui/toasts.tsx';
import classes from './signed-in.module.css';

/** Lets pass whoever is signed in, and tells everybody else how to get there. */
export function SignedIn() {
  const { data: me, error, refetch } = useMe();
  if (error && toProblem(error).status === 401) return <SignedOut onRetry={() => void refetch()} />;
  // A service that is away for a moment takes nothing away that is already shown.
  if (me) return <Live />;
  if (error) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  return null;
}

function Live() {
  const navigate = useNavigate();
  const onEnd = useCallback(
    ({ id, status, prompt }: Generation) => {
      const isDone = status === 'succeeded';
      if (!isDone && status !== 'failed') return;
      const isSeen = location.pathname === '/' || location.pathname === `/generations/${id}`;
      toast(`${isDone ? t.life.succeeded : t.life.failed}: ${shorten(prompt)}`, {
        tone: isSeen ? 'silent' : isDone ? 'calm' : 'failed',
        action: {
          label: t.actions.open,
          run: () => void navigate({ to: '/generations/$id', params: { id } }),
        },
      });
    },
    [navigate],
  );
  const isLost = useLiveUpdates(onEnd);
  const { data: meta } = useMeta();
  return (
    <>
      {isLost && <Banner text={t.connection.reconnecting} />}
      {meta?.mode === 'paused' && <Banner text={t.connection.paused} />}
      {(meta?.mode === 'closed' || meta?.mode === 'lockdown') && <Banner text={t.connection.closed} />}
      <Outlet />
    </>
  );
}

function Banner({ text }: { text: string }) {
  return (
    <p className={classes.banner} role="status">
      {text}
    </p>
  );
}

function SignedOut({ onRetry }: { onRetry: () => void }) {
  useEffect(() => {
    document.title = t.app.titles.launch;
  }, []);
  return (
    <>
      <VisuallyHidden component="h1">{t.app.name}</VisuallyHidden>
      <EmptyState title={t.signedOut.title} text={t.signedOut.text}>
        <Button onClick={onRetry}>{t.signedOut.again}</Button>
      </EmptyState>
    </>
  );
}

const SHOWN_LENGTH = 48;

function shorten(prompt: string): string {
  return prompt.length > SHOWN_LENGTH ? `${prompt.slice(0, SHOWN_LENGTH).trimEnd()} …` : prompt;
}
