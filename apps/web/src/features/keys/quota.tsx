import type { Key } from '../../api/types.ts';
import { t } from '../../strings/en.ts';
import { number, when } from '../../strings/format.ts';
import { Meter } from '../../ui/meter.tsx';
import classes from './key-card.module.css';

/** What the provider told is left on a key. */
export function Quota({ quota: { total, used, expires_at } }: { quota: NonNullable<Key['quota']> }) {
  const left = Math.max(0, total - used);
  const text = t.keys.quota(number(left), number(total));
  return (
    <div className={classes.quota}>
      <Meter left={left} total={total} label={text} />
      <p>
        {text}
        {expires_at !== null && <> · {t.keys.quotaExpires(when(expires_at))}</>}
      </p>
    </div>
  );
}
