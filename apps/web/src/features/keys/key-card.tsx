import { Button } from '@mantine/core';
import { useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import type { Key, KeyState, Meta } from '../../api/types.ts';
import { useCheckKey } from '../../data/keys.ts';
import { t } from '../../strings/en.ts';
import { when } from '../../strings/format.ts';
import { Ago } from '../../ui/ago.tsx';
import { StateBadge, type Tone } from '../../ui/state-badge.tsx';
import { toast } from '../../ui/toasts.tsx';
import classes from './key-card.module.css';
import { Quota } from './quota.tsx';
import { RetireDialog } from './retire-dialog.tsx';

const tones: Record<KeyState, Tone> = {
  checking: 'working',
  active: 'done',
  rejected: 'failed',
  needs_reentry: 'attention',
  retired: 'calm',
};

/** One key, by what its owner knows it by. The key itself is nowhere here. */
export function KeyCard({ apiKey, providers }: { apiKey: Key; providers: Meta['providers'] }) {
  const { id, label, hint, provider, scope, state, state_reason, quota, in_flight, created_at, can_manage } =
    apiKey;
  const [isRetiring, setRetiring] = useState(false);
  const check = useCheckKey();
  const providerName = providers.find((known) => known.id === provider)?.name ?? provider;
  const isRetired = state === 'retired';
  return (
    <article className={classes.card} aria-label={label} data-retired={isRetired || undefined}>
      <div className={classes.head}>
        <h2 className={classes.label}>{label}</h2>
        <StateBadge tone={tones[state]}>{t.keys.states[state]}</StateBadge>
      </div>
      <p className={classes.meta}>
        {providerName} · {t.keys.ending(hint)} · {t.keys.scopes[scope].state} ·{' '}
        <time dateTime={created_at}>{t.keys.added(when(created_at))}</time>
      </p>
      {state_reason && !isRetired && (
        <p className={classes.reason}>
          <strong>{state_reason.message}</strong> {state_reason.advice}
        </p>
      )}
      {(state === 'active' || state === 'checking') && quota && <Quota quota={quota} />}
      <div className={classes.foot}>
        <p className={classes.meta}>
          <Times apiKey={apiKey} />
          {in_flight > 0 && <> · {t.keys.inFlight(in_flight)}</>}
        </p>
        {!isRetired && can_manage && (
          <div className={classes.buttons}>
            <Button
              size="sm"
              loading={check.isPending || state === 'checking'}
              onClick={() =>
                check.mutate(id, {
                  onError: (error) => toast(toProblem(error).message, { tone: 'failed' }),
                })
              }
            >
              {t.keys.check}
            </Button>
            <Button size="sm" onClick={() => setRetiring(true)}>
              {t.keys.retire}
            </Button>
          </div>
        )}
      </div>
      <RetireDialog apiKey={apiKey} isOpen={isRetiring} onClose={() => setRetiring(false)} />
    </article>
  );
}

function Times({ apiKey: { checked_at, retired_at } }: { apiKey: Key }) {
  if (retired_at !== null) return <Ago time={retired_at} say={t.keys.retiredAt} />;
  return checked_at === null ? t.keys.neverChecked : <Ago time={checked_at} say={t.keys.checked} />;
}
