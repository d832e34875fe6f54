import type { Generation } from '../../api/types.ts';
import { t } from '../../strings/en.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import classes from './outcome.module.css';

/**
 * How something ended that did not simply succeed: what happened, whether it was billed, what to do.
 *
 * @param brief what and whether alone, for a card among many
 */
export function Outcome({ generation, brief = false }: { generation: Generation; brief?: boolean }) {
  const { status, error, filtered_count } = generation;
  if (status === 'canceled') return <p className={classes.text}>{t.life.canceledText}</p>;
  if (status === 'succeeded') {
    return filtered_count > 0 ? <p className={classes.text}>{t.life.filtered(filtered_count)}</p> : null;
  }
  if (!error) return null;
  const tone = error.billing === 'not_billed' ? 'calm' : 'attention';
  const billing = <StateBadge tone={tone}>{t.problems.billing[error.billing]}</StateBadge>;
  if (brief) {
    return (
      <p className={classes.text}>
        {billing} {error.message}
      </p>
    );
  }
  return (
    <div className={classes.outcome}>
      <p className={classes.what}>{error.message}</p>
      {error.reason && <p className={classes.reason}>{t.life.reason(error.reason)}</p>}
      <p className={classes.text}>
        {billing} {error.advice}
      </p>
    </div>
  );
}
