import type { Me } from '../../api/types.ts';
import { accountText } from '../../strings/en/account.ts';
import { bytes } from '../../strings/format.ts';
import { Meter } from '../../ui/meter.tsx';
import { Section } from '../../ui/section.tsx';
import classes from './storage.module.css';

const { storage: t } = accountText;

/** What this person's files take, and of how much, where there is a limit. */
export function Storage({ storage: { used_bytes: used, limit_bytes: limit } }: { storage: Me['storage'] }) {
  const text = limit === null ? t.used(bytes(used)) : t.usedOf(bytes(used), bytes(limit));
  return (
    <Section title={t.title} intro={t.intro}>
      <div className={classes.storage}>
        {limit !== null && <Meter left={Math.max(0, limit - used)} total={limit} label={text} />}
        <p>{text}</p>
        {limit !== null && used >= limit && <p role="note">{t.full}</p>}
      </div>
    </Section>
  );
}
