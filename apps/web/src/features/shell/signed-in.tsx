import { Button } from '@mantine/core';
import { lazy, useEffect } from 'react';
import { here } from '../../data/return-to.ts';
import { useMe, useMeta } from '../../data/service.ts';
import { t } from '../../strings/en.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Live } from './live.tsx';

const SignInPanel = lazy(() =>
  import('../sign-in/sign-in-panel.tsx').then((module) => ({ default: module.SignInPanel })),
);
const Suspended = lazy(() =>
  import('../suspended/suspended.tsx').then((module) => ({ default: module.Suspended })),
);

/** Lets pass whoever is signed in, and tells everybody else how to get there. */
export function SignedIn() {
  const { data: me, isOut, error, isFetching, refetch } = useMe();
  const again = () => void refetch();
  if (isOut) return <SignedOut onRetry={again} />;
  if (me && me.state !== 'active') return <Suspended me={me} isLooking={isFetching} onAgain={again} />;
  // A service that is away for a moment takes nothing away that is already shown.
  if (me) return <Live me={me} />;
  if (error) return <ProblemNotice error={error} onRetry={again} />;
  return null;
}

function SignedOut({ onRetry }: { onRetry: () => void }) {
  const { data: meta, error, refetch } = useMeta();
  if (meta && meta.access_profile !== 'local') return <SignInPanel returnTo={here()} onDone={onRetry} />;
  if (meta) return <LaunchLinkNeeded onRetry={onRetry} />;
  return error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : null;
}

function LaunchLinkNeeded({ onRetry }: { onRetry: () => void }) {
  useEffect(() => {
    document.title = t.app.titles.launch;
  }, []);
  return (
    <EmptyState isPage title={t.signedOut.title} text={t.signedOut.text}>
      <Button onClick={onRetry}>{t.signedOut.again}</Button>
    </EmptyState>
  );
}
