import { t } from '../../strings/en.ts';
import { when } from '../../strings/format.ts';
import { Ago } from '../../ui/ago.tsx';
import classes from './facts.module.css';

/** How long a file stays. */
export function Expiry({ expiresAt, isPinned }: { expiresAt: string | null; isPinned: boolean }) {
  return (
    <span className={classes.quiet}>
      {t.viewer.kept}{' '}
      {expiresAt === null ? (
        t.viewer[isPinned ? 'keptPinned' : 'keptForever']
      ) : (
        <Ago time={expiresAt} say={(left) => t.viewer.keptUntil(when(expiresAt), left)} />
      )}
    </span>
  );
}
