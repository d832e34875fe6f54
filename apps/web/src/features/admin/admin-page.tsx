import { getRouteApi, Link } from '@tanstack/react-router';
import { Power } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { Me } from '../../api/types.ts';
import { type AdminGroup, type AdminView, adminGroups } from '../../data/admin-search.ts';
import { useMe, useMeta } from '../../data/service.ts';
import { adminText as t } from '../../strings/en/admin.ts';
import { watchingText } from '../../strings/en/watching.ts';
import { t as shell } from '../../strings/en.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import forms from '../../ui/form.module.css';
import { Page } from '../../ui/page.tsx';
import classes from './admin.module.css';

const route = getRouteApi('/signed-in/admin');

/** Each is loaded when somebody looks at it. */
const contents: Readonly<Record<AdminView, React.ComponentType<{ me: Me }>>> = {
  overview: lazy(async () => ({ default: (await import('./overview.tsx')).Overview })),
  incidents: lazy(async () => ({ default: (await import('./incidents.tsx')).Incidents })),
  usage: lazy(async () => ({ default: (await import('./usage.tsx')).Usage })),
  generations: lazy(async () => ({ default: (await import('./generations.tsx')).Generations })),
  queue: lazy(async () => ({ default: (await import('./queue.tsx')).Queue })),
  people: lazy(async () => ({ default: (await import('./people.tsx')).People })),
  invitations: lazy(async () => ({ default: (await import('./invitations.tsx')).Invitations })),
  budgets: lazy(async () => ({ default: (await import('./budgets.tsx')).Budgets })),
  limits: lazy(async () => ({ default: (await import('./limits.tsx')).Limits })),
  networks: lazy(async () => ({ default: (await import('./networks.tsx')).Networks })),
  checklist: lazy(async () => ({ default: (await import('./checklist.tsx')).Checklist })),
  audit: lazy(async () => ({ default: (await import('./audit.tsx')).Audit })),
  flags: lazy(async () => ({ default: (await import('./flags.tsx')).Flags })),
  safety: lazy(async () => ({ default: (await import('./safety.tsx')).Safety })),
  switch: lazy(async () => ({ default: (await import('./switch.tsx')).Switch })),
};

/** What administrators watch, and how they stop it: the switch is always in reach. */
export function AdminPage() {
  const { view = 'overview' } = route.useSearch();
  const { data: me } = useMe();
  const { data: meta } = useMeta();
  if (!me || !meta) return null;
  if (me.role === 'member') return <EmptyState isPage title={t.notYours} text={t.notYoursText} />;
  // Elsewhere people come in by what they know, and an invitation would open nothing.
  const invites = meta.access_profile === 'invite' || meta.access_profile === 'public';
  const Content = contents[view];
  return (
    <Page
      documentTitle={shell.app.titles.admin}
      title={watchingText.views[view]}
      aside={
        <Link to="/admin" search={{ view: 'switch' }} className={classes.chip} data-mode={meta.mode}>
          <Power size={18} strokeWidth={1.75} aria-hidden />
          {watchingText.mode.chip(watchingText.mode.names[meta.mode])}
        </Link>
      }
    >
      <div className={classes.admin}>
        <nav className={classes.places} aria-label={t.title}>
          {(Object.keys(adminGroups) as AdminGroup[]).map((group) => (
            <div key={group} className={classes.group}>
              <span className={classes.groupName}>{watchingText.groups[group]}</span>
              {adminGroups[group]
                .filter((name) => name !== 'invitations' || invites)
                .map((name) => (
                  <Link
                    key={name}
                    to="/admin"
                    search={{ view: name }}
                    className={classes.view}
                    aria-current={name === view ? 'page' : undefined}
                  >
                    {watchingText.views[name]}
                  </Link>
                ))}
            </div>
          ))}
        </nav>
        <div className={classes.column}>
          {me.role === 'auditor' && <p className={forms.note}>{t.auditor}</p>}
          <Suspense fallback={null}>
            <Content me={me} />
          </Suspense>
        </div>
      </div>
    </Page>
  );
}
