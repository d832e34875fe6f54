import { t } from '../../strings/en.ts';
import { fromNow, when } from '../../strings/format.ts';
import { useNow } from '../../ui/use-now.ts';
import classes from './facts.module.css';

/** How long a file stays. */
export function Expiry({ expiresAt }: { expiresAt: string | null }) {
  const now = useNow();
  return (
    <span className={classes.quiet}>
      {t.viewer.kept}{' '}
      {expiresAt === null ? (
        t.viewer.keptForever
      ) : (
        <time dateTime={expiresAt}>{t.viewer.keptUntil(when(expiresAt), fromNow(expiresAt, now))}</time>
      )}
    </span>
  );
}
