import type { ReactNode } from 'react';
import { t } from '../strings/en.ts';
import { ProblemNotice } from './problem-notice.tsx';
import classes from './rows.module.css';

/** Things of one kind, one below the other. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.rows} aria-label={label}>
      {children}
    </ul>
  );
}

/** One thing: its name, what is to be known of it, and what can be done with it. */
export function Row({
  name,
  badge,
  children,
  actions,
}: {
  name: ReactNode;
  badge?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <li className={classes.row}>
      <div className={classes.what}>
        <div className={classes.name}>
          <span>{name}</span>
          {badge}
        </div>
        {children && <div className={classes.meta}>{children}</div>}
      </div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </li>
  );
}

/** What stands where a list will be: its shape while it is read, or why it cannot be. */
export function Pending({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (error) return <ProblemNotice error={error} onRetry={onRetry} />;
  return <div className={classes.skeleton} role="status" aria-label={t.app.loading} />;
}
