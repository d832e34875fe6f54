import { type ReactNode, useEffect, useRef } from 'react';
import { useMeta } from '../../data/service.ts';
import { signInText as t } from '../../strings/en/sign-in.ts';
import { t as shell } from '../../strings/en.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import classes from './sign-in.module.css';
import { WaysIn } from './ways-in.tsx';

/**
 * The door: its ways in, and what is said above them.
 *
 * @param onDone somebody is signed in now, without having left the page
 */
export function SignInPanel({
  returnTo,
  title = t.title,
  intro,
  invitation,
  children,
  onDone,
}: {
  returnTo: string;
  title?: string;
  intro?: string;
  invitation?: string | undefined;
  /** Stands between the title and the ways in. */
  children?: ReactNode;
  onDone: () => void;
}) {
  const { data: meta, error, refetch } = useMeta();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = shell.app.titles.launch;
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={classes.room}>
      <div className={classes.panel}>
        <div className={classes.head}>
          <h1 ref={heading} className={classes.title} tabIndex={-1}>
            {title}
          </h1>
          <p className={classes.intro}>
            {intro ?? (meta?.access_profile === 'invite' ? t.introInvited : t.intro)}
          </p>
        </div>
        {children}
        {error && !meta && <ProblemNotice error={error} onRetry={() => void refetch()} />}
        {meta && <WaysIn ways={meta.sign_in} returnTo={returnTo} invitation={invitation} onDone={onDone} />}
      </div>
    </div>
  );
}
