import { t } from '../../strings/en.ts';
import { when } from '../../strings/format.ts';
import { Ago } from '../../ui/ago.tsx';
import classes from './facts.module.css';

/** How long a file stays. */
export function Expiry({ expiresAt }: { expiresAt: string | null }) {
  return (
    <span className={classes.quiet}>
      {t.viewer.kept}{' '}
      {expiresAt === null ? (
        t.viewer.keptForever
      ) : (
        <Ago time={expiresAt} say={(left) => t.viewer.keptUntil(when(expiresAt), left)} />
      )}
    </span>
  );
}
