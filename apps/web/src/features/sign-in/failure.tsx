import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { signInText as t } from '../../strings/en/sign-in.ts';
import { t as shell } from '../../strings/en.ts';
import { LinkButton } from '../../ui/app-link.tsx';
import { noticeOf } from './problem-page-text.ts';
import classes from './sign-in.module.css';

/**
 * Why a sign-in came to nothing: what happened, what to do, and the next step.
 *
 * @param isIn somebody is signed in, so it was a further way in that they wanted
 */
export function Failure({ code, isIn, onAgain }: { code: string; isIn: boolean; onAgain: () => void }) {
  const notice = noticeOf(code);
  const { what, advice } = notice;
  const { heading, next } =
    isIn && notice.next === 'sign-in' ? { heading: t.notLinked, next: 'account' } : notice;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = shell.app.titles.launch;
    title.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={classes.room}>
      <div className={classes.notice}>
        <h1 ref={title} className={classes.title} tabIndex={-1}>
          {heading}
        </h1>
        <p>{what}</p>
        <p className={classes.intro}>{advice}</p>
        <div className={classes.next}>
          {(next === 'sign-in' || next === 'look-again') && (
            <Button variant="filled" size="md" onClick={onAgain}>
              {t.next[next]}
            </Button>
          )}
          {next === 'account' && (
            <LinkButton variant="filled" size="md" to="/account">
              {t.next.account}
            </LinkButton>
          )}
          {next === 'home' && (
            <LinkButton variant="filled" size="md" to="/">
              {t.next.home}
            </LinkButton>
          )}
        </div>
      </div>
    </div>
  );
}
