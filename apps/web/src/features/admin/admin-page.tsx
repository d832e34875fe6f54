import { getRouteApi, Link } from '@tanstack/react-router';
import { adminViews } from '../../data/admin-search.ts';
import { useMe, useMeta } from '../../data/service.ts';
import { adminText as t } from '../../strings/en/admin.ts';
import { t as shell } from '../../strings/en.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import forms from '../../ui/form.module.css';
import { Page } from '../../ui/page.tsx';
import classes from './admin.module.css';
import { Budgets } from './budgets.tsx';
import { Invitations } from './invitations.tsx';
import { Networks } from './networks.tsx';
import { People } from './people.tsx';
import { Safety } from './safety.tsx';

const route = getRouteApi('/signed-in/admin');
const contents = {
  people: People,
  invitations: Invitations,
  budgets: Budgets,
  networks: Networks,
  safety: Safety,
};

/** Who is here, who may come, and how safe it is. */
export function AdminPage() {
  const { view = 'people' } = route.useSearch();
  const { data: me } = useMe();
  const { data: meta } = useMeta();
  if (!me || !meta) return null;
  if (me.role === 'member') return <EmptyState isPage title={t.notYours} text={t.notYoursText} />;
  // Elsewhere people come in by what they know, and an invitation would open nothing.
  const invites = meta.access_profile === 'invite' || meta.access_profile === 'public';
  const views = adminViews.filter((name) => name !== 'invitations' || invites);
  const Content = contents[view];
  return (
    <Page documentTitle={shell.app.titles.admin} title={t.title}>
      <nav className={classes.views} aria-label={t.title}>
        {views.map((name) => (
          <Link
            key={name}
            to="/admin"
            search={{ view: name }}
            className={classes.view}
            aria-current={name === view ? 'page' : undefined}
          >
            {t.views[name]}
          </Link>
        ))}
      </nav>
      <div className={classes.column}>
        {me.role === 'auditor' && <p className={forms.note}>{t.auditor}</p>}
        <Content me={me} />
      </div>
    </Page>
  );
}
