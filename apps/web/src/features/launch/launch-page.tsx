import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import { useLaunch } from '../../data/service.ts';
import { t } from '../../strings/en.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useNewLink } from '../../ui/use-new-link.ts';

/** Signs in by the token in the address's fragment, which browsers send to nobody. */
export function LaunchPage() {
  useNewLink();
  const launch = useLaunch();
  const navigate = useNavigate();
  const [failure, setFailure] = useState<string>();
  const begun = useRef(false);

  useEffect(() => {
    document.title = t.app.titles.launch;
    if (begun.current) return;
    begun.current = true;
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    // The token must not stay in the history of the browser.
    history.replaceState(history.state, '', location.pathname);
    if (!token) {
      setFailure(t.launch.noToken);
      return;
    }
    launch(token).then(
      () => navigate({ to: '/', replace: true }),
      (error: unknown) => {
        const { message, advice } = toProblem(error);
        setFailure(`${message} ${advice}`);
      },
    );
  }, [launch, navigate]);

  return (
    <div role="status">
      {failure ? (
        <EmptyState isPage title={t.launch.failed} text={failure} />
      ) : (
        <EmptyState isPage title={t.launch.working} />
      )}
    </div>
  );
}
