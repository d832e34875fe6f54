import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ChecklistRun, Checklist as ChecklistView, Me } from '../../api/types.ts';
import type { AdminSearch } from '../../data/admin-search.ts';
import { useChecklist, useRunItem, useTick } from '../../data/watching.ts';
import { watchingText } from '../../strings/en/watching.ts';
import { t as shell } from '../../strings/en.ts';
import { Ago } from '../../ui/ago.tsx';
import { LinkButton } from '../../ui/app-link.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import forms from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';
import classes from './admin.module.css';

const { checklist: t } = watchingText;
type Item = ChecklistView['data'][number];
const cadences = ['once', 'daily', 'weekly', 'monthly'] as const;
const tones = { done: 'done', due: 'calm', overdue: 'attention' } as const;

/** Where the evidence of an item is. */
const evidence: Readonly<Record<string, AdminSearch>> = {
  overview: { view: 'overview' },
  incidents: { view: 'incidents' },
  spot_check: { view: 'generations' },
  people: { view: 'people' },
  usage: { view: 'usage' },
  denials: { view: 'audit', outcome: 'denied' },
  audit: { view: 'audit' },
  safety: { view: 'safety' },
};

/** What is to be looked at every day, week and month; each opens on its own evidence. */
export function Checklist({ me }: { me: Me }) {
  const { data, error, refetch } = useChecklist();
  if (!data) return <Pending error={error} onRetry={() => void refetch()} />;
  const { seats } = data;
  return (
    <>
      <p className={forms.note}>{t.seatsUsed(seats.used, seats.allowed)}</p>
      {cadences.map((cadence) => {
        const items = data.data.filter((item) => item.cadence === cadence);
        if (items.length === 0) return null;
        return (
          <section key={cadence} className={classes.half}>
            <h2 className={classes.heading}>{t.cadences[cadence]}</h2>
            <Rows label={t.cadences[cadence]}>
              {items.map((item) => (
                <One key={item.id} item={item} seats={seats} isAdmin={me.role === 'admin'} />
              ))}
            </Rows>
          </section>
        );
      })}
    </>
  );
}

function One({ item, seats, isAdmin }: { item: Item; seats: ChecklistView['seats']; isAdmin: boolean }) {
  const { id, title, about, state, runs, ticks } = item;
  const [isTicking, setTicking] = useState(false);
  const run = useRunItem(id);
  const to = evidence[item.evidence];
  const [last] = ticks;
  const mayTick = isAdmin && (id !== 'opening' || seats.raised_here);
  return (
    <Row
      name={title}
      badge={<StateBadge tone={tones[state]}>{t.states[state]}</StateBadge>}
      actions={
        <>
          {to && (
            <LinkButton size="sm" to="/admin" search={to} aria-label={t.lookOf(title)}>
              {t.look}
            </LinkButton>
          )}
          {runs && (
            <Button
              size="sm"
              aria-label={t.runOf(title)}
              loading={run.isPending}
              onClick={() => run.mutate(undefined, { onError: toastProblem })}
            >
              {t.run}
            </Button>
          )}
          {mayTick && (
            <Button size="sm" aria-label={t.tickOf(title)} onClick={() => setTicking(true)}>
              {t.tick}
            </Button>
          )}
        </>
      }
    >
      <p>{about}</p>
      <p>
        {last ? (
          <Ago time={last.at} say={(ago) => t.last(ago, last.by?.name ?? watchingText.gone)} />
        ) : (
          t.never
        )}
        {last && last.note !== null && ` · ${last.note}`}
      </p>
      {run.data && <Found run={run.data} />}
      {isTicking && <TickDialog item={item} onClose={() => setTicking(false)} />}
    </Row>
  );
}

function Found({ run: { summary, findings } }: { run: ChecklistRun }) {
  return (
    <div role="status">
      <p className={classes.mend}>{summary}</p>
      <ul className={forms.points}>
        {findings.map(({ severity, title, text, url }) => (
          <li key={`${title} ${text}`}>
            {t.found(severity, text)} {url === null ? title : <a href={url}>{title}</a>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function TickDialog({ item, onClose }: { item: Item; onClose: () => void }) {
  const [note, setNote] = useState('');
  const [seats, setSeats] = useState('');
  const tick = useTick(item.id);
  const opens = item.id === 'opening';
  function submit(event: FormEvent): void {
    event.preventDefault();
    const body = { ...(note.trim() !== '' && { note: note.trim() }), ...(opens && { seats: Number(seats) }) };
    tick.mutate(body, {
      onSuccess: () => {
        toast(t.ticked);
        onClose();
      },
    });
  }
  return (
    <Dialog title={t.tickTitle(item.title)} onClose={onClose}>
      <form className={forms.plain} onSubmit={submit}>
        {opens && (
          <TextField
            label={t.seats}
            value={seats}
            required
            inputMode="numeric"
            pattern="[1-9]\d{0,5}"
            title={shell.rules.whole(999_999)}
            onText={setSeats}
          />
        )}
        <TextField
          label={t.note}
          description={t.noteHint}
          value={note}
          maxLength={1_000}
          autoComplete="off"
          onText={setNote}
        />
        {tick.error && <ProblemNotice error={tick.error} />}
        <div className={forms.end}>
          <Button onClick={onClose}>{t.keep}</Button>
          <Button type="submit" variant="filled" loading={tick.isPending}>
            {t.tick}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
