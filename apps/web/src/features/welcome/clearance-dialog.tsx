import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Me } from '../../api/types.ts';
import { endClearance, useLookAgainAtMe } from '../../data/clearance.ts';
import { standingText } from '../../strings/en/standing.ts';
import { Dialog } from '../../ui/dialog.tsx';
import formClasses from '../../ui/form.module.css';
import { Steps } from './steps.tsx';
import classes from './welcome.module.css';

const { welcome: t } = standingText;

/** Asks for what became due in the middle of something, on top of it. */
export function ClearanceDialog({ me }: { me: Me }) {
  const isDue = me.terms_due || me.captcha_due;
  const wasDue = useRef(false);
  // What is known of this person may be from before it became due.
  useLookAgainAtMe();
  useEffect(() => {
    if (isDue) wasDue.current = true;
    else if (wasDue.current) endClearance(true);
  }, [isDue]);
  return (
    <Dialog title={me.terms_due ? t.changed : t.title} onClose={() => endClearance(false)}>
      <div className={classes.panel}>
        <p className={classes.note}>{t.goesOn}</p>
        <Steps me={me} />
        <div className={formClasses.end}>
          <Button variant="subtle" onClick={() => endClearance(false)}>
            {t.later}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
