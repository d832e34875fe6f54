import { useKeys } from '../../data/keys.ts';
import { useMe, useMeta } from '../../data/service.ts';
import { t } from '../../strings/en.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { DemoKeyButton } from '../demo-key/demo-key-button.tsx';
import { AddKey } from './add-key.tsx';
import { KeyCard } from './key-card.tsx';
import classes from './keys-page.module.css';

/** The keys of this person: how they are, what is left on them, and a way for a new one to come in. */
export function KeysPage() {
  const { data: keys, error, refetch } = useKeys();
  const { data: meta, error: metaError, refetch: refetchMeta } = useMeta();
  const { data: me } = useMe();
  const isAdmin = me?.role === 'admin';
  const current = keys?.filter(({ state }) => state !== 'retired') ?? [];
  const retired = keys?.filter(({ state }) => state === 'retired') ?? [];
  const hasDemo = current.some(({ provider }) => provider === 'demo');
  return (
    <Page documentTitle={t.app.titles.keys} title={t.keys.title}>
      <div className={classes.columns}>
        <div className={classes.list}>
          <p className={classes.intro}>{t.keys.intro}</p>
          {error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
          {!keys && !error && <div className={classes.skeleton} role="status" aria-label={t.app.loading} />}
          {keys && current.length === 0 && (
            <EmptyState title={t.keys.empty} text={t.keys.emptyText}>
              <DemoKeyButton />
            </EmptyState>
          )}
          <ul className={classes.keys}>
            {current.map((key) => (
              <li key={key.id}>
                <KeyCard apiKey={key} providers={meta?.providers ?? []} />
              </li>
            ))}
          </ul>
          {meta?.demo && current.length > 0 && !hasDemo && (
            <div className={classes.demo}>
              <p>{t.keys.demoText}</p>
              <DemoKeyButton />
            </div>
          )}
          {retired.length > 0 && (
            <details className={classes.retired}>
              <summary>{t.keys.retiredKeys(retired.length)}</summary>
              <ul className={classes.keys}>
                {retired.map((key) => (
                  <li key={key.id}>
                    <KeyCard apiKey={key} providers={meta?.providers ?? []} />
                  </li>
                ))}
              </ul>
            </details>
          )}
        </div>
        {meta && <AddKey providers={meta.providers} forTeam={isAdmin && meta.access_profile !== 'local'} />}
        {!meta && metaError && <ProblemNotice error={metaError} onRetry={() => void refetchMeta()} />}
      </div>
    </Page>
  );
}
