import type { Me } from '../../api/types.ts';
import { PuzzleStep } from './puzzle-step.tsx';
import { TermsStep } from './terms-step.tsx';
import classes from './welcome.module.css';

/** What is due, in its order. The puzzle is solved while the terms are read. */
export function Steps({ me }: { me: Me }) {
  return (
    <div className={classes.steps}>
      {me.terms_due && <TermsStep />}
      {me.captcha_due && <PuzzleStep />}
    </div>
  );
}
