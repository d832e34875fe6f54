import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useState } from 'react';
import type { Generation, Me } from '../../api/types.ts';
import { useClearanceWanted } from '../../data/clearance.ts';
import { useMeta } from '../../data/service.ts';
import { useLiveUpdates } from '../../live/use-live-updates.ts';
import { t } from '../../strings/en.ts';
import { toast } from '../../ui/toasts.tsx';
import { claimDraft } from '../draft/draft.ts';
import classes from './signed-in.module.css';

const WelcomePanel = lazy(() =>
  import('../welcome/welcome-panel.tsx').then((module) => ({ default: module.WelcomePanel })),
);
const ClearanceDialog = lazy(() =>
  import('../welcome/clearance-dialog.tsx').then((module) => ({ default: module.ClearanceDialog })),
);

/** Where somebody may look who has not accepted anything yet: at their account, and at what there is to see already. */
const OPEN_TO_NEWCOMERS = /^\/(account|admin|gallery|generations\/.*)$/;

/** A page of somebody who may work, kept true by what the service tells. */
export function Live({ me }: { me: Me }) {
  const navigate = useNavigate();
  // Before any page below reads it.
  useState(() => claimDraft(me.id));
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
  const isWanted = useClearanceWanted();
  const pathname = useLocation({ select: (location) => location.pathname });
  const isDue = me.terms_due || me.captcha_due;
  // Whoever was let in once keeps their page: what becomes due later is asked for when it is needed.
  const [wasCleared, setWasCleared] = useState(!isDue);
  if (!isDue && !wasCleared) setWasCleared(true);
  const isStopped = !wasCleared && !OPEN_TO_NEWCOMERS.test(pathname);
  return (
    <>
      {isLost && <Banner text={t.connection.reconnecting} />}
      {meta?.mode === 'paused' && <Banner text={t.connection.paused} />}
      {(meta?.mode === 'closed' || meta?.mode === 'lockdown') && <Banner text={t.connection.closed} />}
      <Suspense fallback={null}>{isStopped ? <WelcomePanel me={me} /> : <Outlet />}</Suspense>
      {isWanted && (
        <Suspense fallback={null}>
          <ClearanceDialog me={me} />
        </Suspense>
      )}
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

const SHOWN_LENGTH = 48;

function shorten(prompt: string): string {
  return prompt.length > SHOWN_LENGTH ? `${prompt.slice(0, SHOWN_LENGTH).trimEnd()} …` : prompt;
}
