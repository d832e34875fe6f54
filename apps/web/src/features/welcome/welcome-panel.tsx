import { useEffect, useRef } from 'react';
import type { Me } from '../../api/types.ts';
import { standingText } from '../../strings/en/standing.ts';
import { t as shell } from '../../strings/en.ts';
import { Steps } from './steps.tsx';
import classes from './welcome.module.css';

const { welcome: t, terms } = standingText;

/** What somebody does once, before they begin. */
export function WelcomePanel({ me }: { me: Me }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = shell.app.titles.welcome;
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={classes.room}>
      <div className={classes.panel}>
        <div>
          <h1 ref={heading} className={classes.title} tabIndex={-1}>
            {t.title}
          </h1>
          <p className={classes.intro}>{(me.terms_due ? t.intro : t.introPuzzle)(me.display_name)}</p>
        </div>
        <Steps me={me} />
        {me.terms_due && <p className={classes.note}>{terms.refuse}</p>}
      </div>
    </div>
  );
}
