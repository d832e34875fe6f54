import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useSolveCaptcha } from '../../data/clearance.ts';
import { standingText } from '../../strings/en/standing.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import classes from './welcome.module.css';

const { puzzle: t } = standingText;

/** A puzzle that the browser solves while its person reads. */
export function PuzzleStep() {
  const { mutate, error, isSuccess } = useSolveCaptcha();
  useEffect(() => {
    const left = new AbortController();
    mutate(left.signal);
    return () => left.abort();
  }, [mutate]);
  return (
    <div className={classes.step}>
      <h2 className={classes.stepTitle}>{t.title}</h2>
      <p className={classes.note}>{t.text}</p>
      {error && !isSuccess ? (
        <>
          <ProblemNotice error={error} />
          <div className={classes.buttons}>
            <Button onClick={() => mutate(new AbortController().signal)}>{t.again}</Button>
          </div>
        </>
      ) : (
        <div className={classes.puzzle} role="status" data-solved={isSuccess || undefined}>
          {isSuccess ? t.solved : t.working}
          {!isSuccess && <progress className={classes.bar} aria-label={t.title} />}
        </div>
      )}
    </div>
  );
}
