import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { toProblem } from '../../api/problem.ts';
import type { Me } from '../../api/types.ts';
import { useSignOut } from '../../data/service.ts';
import { standingText } from '../../strings/en/standing.ts';
import { t as shell } from '../../strings/en.ts';
import { when } from '../../strings/format.ts';
import { toast } from '../../ui/toasts.tsx';
import { forgetDraft } from '../draft/draft.ts';
import classes from './suspended.module.css';

const { suspended: t } = standingText;

/** Stands in place of every page while the account may do nothing: why, until when, and what is still possible. */
export function Suspended({ me, isLooking, onAgain }: { me: Me; isLooking: boolean; onAgain: () => void }) {
  const signOut = useSignOut();
  const heading = useRef<HTMLHeadingElement>(null);
  const isLeaving = me.state === 'leaving';
  useEffect(() => {
    document.title = shell.app.titles.suspended;
    heading.current?.focus({ preventScroll: true });
  }, []);
  const leave = () =>
    signOut().then(forgetDraft, (error: unknown) => toast(toProblem(error).message, { tone: 'failed' }));
  return (
    <div className={classes.frame}>
      <h1 ref={heading} className={classes.title} tabIndex={-1}>
        {isLeaving ? t.leavingTitle : t.title}
      </h1>
      {isLeaving && <p className={classes.note}>{t.leaving}</p>}
      {!isLeaving && (
        <>
          <dl className={classes.facts}>
            <div>
              <dt>{t.reason}</dt>
              <dd>{me.suspension?.reason || t.noReason}</dd>
            </div>
            <div>
              <dt>{t.until}</dt>
              <dd>{me.suspension?.until ? when(me.suspension.until) : t.untilLifted}</dd>
            </div>
          </dl>
          <p className={classes.note}>{t.what}</p>
          <p className={classes.note}>{t.who}</p>
        </>
      )}
      <div className={classes.buttons}>
        {!isLeaving && (
          <Button variant="filled" loading={isLooking} onClick={onAgain}>
            {t.again}
          </Button>
        )}
        <Button component="a" href="/v1/me/export" download>
          {t.export}
        </Button>
        <Button variant="subtle" onClick={() => void leave()}>
          {t.signOut}
        </Button>
      </div>
    </div>
  );
}
