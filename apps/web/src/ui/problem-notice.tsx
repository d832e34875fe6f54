import { Button } from '@mantine/core';
import { type ApiProblem, toProblem } from '../api/problem.ts';
import { t } from '../strings/en.ts';
import classes from './problem-notice.module.css';

/** What went wrong, whether it was billed, and what to do. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = toProblem(error);
  // Whoever mistyped something has no use for a number to tell the operator.
  const isOurs = problem.status >= 500;
  return (
    <div className={classes.notice} role="alert">
      <p className={classes.what}>{problem.message}</p>
      <FieldList problem={problem} />
      {problem.billing && <p>{t.problems.billing[problem.billing]}</p>}
      <p>{problem.advice}</p>
      {isOurs && problem.requestId && <p className={classes.id}>{t.problems.requestId(problem.requestId)}</p>}
      {onRetry && (
        <Button size="sm" className={classes.retry} onClick={onRetry}>
          {t.problems.tryAgain}
        </Button>
      )}
    </div>
  );
}

function FieldList({ problem: { fields, message } }: { problem: ApiProblem }) {
  const further = fields.filter((field) => field.message !== message);
  if (further.length === 0) return null;
  return (
    <ul>
      {further.map((field) => (
        <li key={`${field.field} ${field.message}`}>
          {field.message} {field.allowed?.join(', ')}
        </li>
      ))}
    </ul>
  );
}
