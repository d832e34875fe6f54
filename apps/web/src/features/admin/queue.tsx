import { Button } from '@mantine/core';
import type { AdminGeneration, Me } from '../../api/types.ts';
import { useQueue, useRetryQueue } from '../../data/watching.ts';
import { watchingText } from '../../strings/en/watching.ts';
import { t as shell } from '../../strings/en.ts';
import { number, roughly, when } from '../../strings/format.ts';
import { Ago } from '../../ui/ago.tsx';
import forms from '../../ui/form.module.css';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { StateBadge, toneOf } from '../../ui/state-badge.tsx';
import { Tile, Tiles } from '../../ui/tiles.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';
import classes from './admin.module.css';

const { queue: t } = watchingText;

/** What waits, what runs, and what does not go as it should. */
export function Queue({ me }: { me: Me }) {
  const { data: queue, error, refetch } = useQueue();
  const retry = useRetryQueue();
  if (!queue) return <Pending error={error} onRetry={() => void refetch()} />;
  const { backend, states, oldest_wait_seconds: wait, jobs, breakers, troubled } = queue;
  const isAdmin = me.role === 'admin';
  const tryNow = (ids: string[]) =>
    retry.mutate(ids, { onSuccess: ({ retried }) => toast(t.retried(retried)), onError: toastProblem });
  const retriable = troubled.filter(({ status }) => status !== 'expired' && status !== 'outcome_unknown');
  const busy = jobs?.filter(({ waiting, active, delayed }) => waiting + active + delayed > 0);
  return (
    <>
      <p className={forms.note}>{t.backend(backend, wait === null ? null : roughly(wait))}</p>
      {states.length === 0 && <p className={forms.note}>{t.empty}</p>}
      <Tiles>
        {states.map(({ state, count }) => (
          <Tile key={state} name={t.states[state] ?? state} value={number(count)} />
        ))}
      </Tiles>
      {breakers.length > 0 && (
        <>
          <h2 className={classes.heading}>{t.breakers}</h2>
          <Rows label={t.breakers}>
            {breakers.map(({ provider, until, reason }) => (
              <Row key={provider} name={provider}>
                <p>
                  {t.breaker(when(until))}
                  {reason !== null && ` · ${reason}`}
                </p>
              </Row>
            ))}
          </Rows>
        </>
      )}
      <h2 className={classes.heading}>{t.troubled}</h2>
      {troubled.length === 0 && <p className={forms.note}>{t.noTrouble}</p>}
      {isAdmin && retriable.length > 1 && (
        <div className={forms.buttons}>
          <Button loading={retry.isPending} onClick={() => tryNow(retriable.map(({ id }) => id))}>
            {t.retryAll}
          </Button>
        </div>
      )}
      {troubled.length > 0 && (
        <Rows label={t.troubled}>
          {troubled.map((generation) => (
            <Trouble
              key={generation.id}
              generation={generation}
              onRetry={isAdmin && retriable.includes(generation) ? () => tryNow([generation.id]) : null}
            />
          ))}
        </Rows>
      )}
      <h2 className={classes.heading}>{t.jobs}</h2>
      {!busy && <p className={forms.note}>{t.jobsAway}</p>}
      {busy && busy.length > 0 && (
        <Rows label={t.jobs}>
          {busy.map(({ name, waiting, active, delayed }) => (
            <Row key={name} name={name}>
              <p>{t.job(waiting, active, delayed)}</p>
            </Row>
          ))}
        </Rows>
      )}
    </>
  );
}

function Trouble({ generation, onRetry }: { generation: AdminGeneration; onRetry: (() => void) | null }) {
  const { prompt, status, user, updated_at, waiting, error } = generation;
  const why = waiting ?? error;
  return (
    <Row
      name={prompt}
      badge={<StateBadge tone={toneOf[status]}>{shell.gallery.statuses[status]}</StateBadge>}
      actions={
        onRetry && (
          <Button size="sm" aria-label={t.retryOf(prompt)} onClick={onRetry}>
            {t.retry}
          </Button>
        )
      }
    >
      <p>
        {user.name} · <Ago time={updated_at} />
      </p>
      {why && (
        <p>
          {why.message} {why.reason}
        </p>
      )}
    </Row>
  );
}
