import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { Clapperboard, Images, KeyRound } from 'lucide-react';
import { Suspense } from 'react';
import { useMe } from '../../data/service.ts';
import { t } from '../../strings/en.ts';
import { Toasts } from '../../ui/toasts.tsx';
import { AccountMenu } from './account-menu.tsx';
import { Mark } from './mark.tsx';
import classes from './shell.module.css';

const places = [
  { to: '/', name: t.app.nav.studio, Icon: Clapperboard },
  { to: '/gallery', name: t.app.nav.gallery, Icon: Images },
  { to: '/keys', name: t.app.nav.keys, Icon: KeyRound },
] as const;

/** What stands around every page. */
export function Shell() {
  const isLaunching = useLocation({ select: ({ pathname }) => pathname === '/launch' });
  const { data: me, isOut } = useMe({ enabled: !isLaunching });
  // Who may not go anywhere is shown no places. Until that is known they stand, since it is the rule.
  const isOutside = isLaunching || isOut || (me !== undefined && me.state !== 'active');
  return (
    <div className={classes.shell} data-outside={isOutside || undefined}>
      <a href="#content" className={classes.skip}>
        {t.app.skip}
      </a>
      <header className={classes.header}>
        <Link to="/" className={classes.brand}>
          <Mark />
          {t.app.name}
        </Link>
        {!isOutside && (
          <nav className={classes.nav} aria-label={t.app.nav.label}>
            {places.map(({ to, name, Icon }) => (
              <Link
                key={to}
                to={to}
                className={classes.place}
                activeOptions={{ exact: to === '/' }}
                activeProps={{ 'aria-current': 'page' }}
              >
                <Icon size={20} strokeWidth={1.75} aria-hidden />
                <span>{name}</span>
              </Link>
            ))}
          </nav>
        )}
        <AccountMenu me={me} />
      </header>
      <main id="content" className={classes.content} tabIndex={-1}>
        <Suspense fallback={null}>
          <Outlet />
        </Suspense>
      </main>
      <Toasts />
    </div>
  );
}
