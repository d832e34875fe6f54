import { Button } from '@mantine/core';
import { useAcceptTerms, useTerms } from '../../data/clearance.ts';
import { standingText } from '../../strings/en/standing.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Pending } from '../../ui/rows.tsx';
import classes from './welcome.module.css';

const { terms: t } = standingText;

/** The terms, to be read, and the word that they are accepted. */
export function TermsStep() {
  const { data: terms, error, refetch } = useTerms();
  const accept = useAcceptTerms();
  return (
    <div className={classes.step}>
      <div className={classes.stepHead}>
        <h2 className={classes.stepTitle}>{t.title}</h2>
        {terms && <p className={classes.version}>{t.version(terms.version)}</p>}
      </div>
      {!terms && <Pending error={error} onRetry={() => void refetch()} />}
      {terms && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: longer than its box, so the keyboard has to scroll it. */}
          <section className={classes.text} tabIndex={0} aria-label={t.title}>
            {paragraphsOf(terms.text).map((paragraph) => (
              <p key={paragraph}>{paragraph}</p>
            ))}
          </section>
          {accept.error && <ProblemNotice error={accept.error} />}
          <div className={classes.buttons}>
            <Button variant="filled" loading={accept.isPending} onClick={() => accept.mutate(terms.version)}>
              {t.accept}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

/** Without their title, where they begin with the one that stands above them. */
function paragraphsOf(text: string): string[] {
  const [first, ...rest] = text.split(/\n\s*\n/);
  return first === undefined || first === t.title ? rest : [first, ...rest];
}
