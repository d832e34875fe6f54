import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Me, WholeIncident } from '../../api/types.ts';
import { useIncident, useSayOfIncident } from '../../data/watching.ts';
import { watchingText } from '../../strings/en/watching.ts';
import { when } from '../../strings/format.ts';
import { Ago } from '../../ui/ago.tsx';
import { LinkButton } from '../../ui/app-link.tsx';
import forms from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Pending } from '../../ui/rows.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TextField } from '../../ui/text-field.tsx';
import classes from './admin.module.css';
import { severityTones, stateTones, subjectOf } from './incident-words.ts';

const { incidents: t } = watchingText;

/** One red flag: its evidence, what it may mean, what became of it, and what to do with it. */
export function OneIncident({ id, me }: { id: string; me: Me }) {
  const { data: incident, error, refetch } = useIncident(id);
  return (
    <>
      <div className={forms.buttons}>
        <LinkButton size="sm" to="/admin" search={{ view: 'incidents' }}>
          {t.back}
        </LinkButton>
      </div>
      {incident ? (
        <Whole incident={incident} isAdmin={me.role === 'admin'} />
      ) : (
        <Pending error={error} onRetry={() => void refetch()} />
      )}
    </>
  );
}

function Whole({ incident, isAdmin }: { incident: WholeIncident; isAdmin: boolean }) {
  const { title, severity, state, subject, evidence, about, opened_at, last_seen_at, events, alerts } =
    incident;
  const facts = Object.entries(evidence).filter(([name]) => name !== 'measured');
  return (
    <>
      <div className={forms.card}>
        <h2 className={forms.title}>{t.titled(title, subjectOf(incident))}</h2>
        <div className={classes.badges}>
          <StateBadge tone={severityTones[severity]}>{t.severities[severity]}</StateBadge>
          <StateBadge tone={stateTones[state]}>{t.states[state]}</StateBadge>
        </div>
        <p className={forms.note}>
          <Ago time={opened_at} say={t.opened} /> · <Ago time={last_seen_at} say={t.lastSeen} />
        </p>
        {facts.length > 0 && (
          <dl className={classes.facts} aria-label={t.evidence}>
            {facts.map(([name, value]) => (
              <Fact key={name} name={name} value={value} />
            ))}
          </dl>
        )}
        <p>{about}</p>
        <div className={forms.buttons}>
          {subject.type === 'network' && subject.id && (
            <LinkButton size="sm" to="/admin" search={{ view: 'audit', address: subject.id }}>
              {t.seeAudit}
            </LinkButton>
          )}
          {subject.user_id && (
            <>
              <LinkButton size="sm" to="/admin" search={{ view: 'people', person: subject.user_id }}>
                {t.seeUser}
              </LinkButton>
              <LinkButton size="sm" to="/admin" search={{ view: 'audit', person: subject.user_id }}>
                {t.seeAudit}
              </LinkButton>
              <LinkButton size="sm" to="/admin" search={{ view: 'generations', user_id: subject.user_id }}>
                {t.seeGenerations}
              </LinkButton>
            </>
          )}
        </div>
      </div>
      {isAdmin && <Words incident={incident} />}
      <div className={classes.halves}>
        <section className={classes.half}>
          <h2 className={classes.heading}>{t.history}</h2>
          <ol className={classes.story}>
            {events.map(({ at, kind, actor, text }) => (
              <li key={`${at} ${kind}`}>
                <strong>{t.kinds[kind]}</strong>
                {actor && ` · ${actor.name ?? watchingText.gone}`} · {when(at)}
                {text !== null && <p>{text}</p>}
              </li>
            ))}
          </ol>
        </section>
        <section className={classes.half}>
          <h2 className={classes.heading}>{t.alerts}</h2>
          {alerts.length === 0 && <p className={forms.note}>{t.noAlerts}</p>}
          <ol className={classes.story}>
            {alerts.map(({ channel, state: alertState, sent_at, created_at, error }) => (
              <li key={`${channel} ${created_at}`}>
                {t.toldBy(t.alert[channel], t.alertStates[alertState], when(sent_at ?? created_at))}
                {error !== null && alertState !== 'sent' && <p>{error}</p>}
              </li>
            ))}
          </ol>
        </section>
      </div>
    </>
  );
}

function Fact({ name, value }: { name: string; value: string | number | boolean | null }) {
  return (
    <>
      <dt>{name.replaceAll('_', ' ')}</dt>
      <dd>{String(value)}</dd>
    </>
  );
}

/** What somebody says of it, with a note or without. */
function Words({ incident: { id, state } }: { incident: WholeIncident }) {
  const [text, setText] = useState('');
  const say = useSayOfIncident(id);
  const speak = (word: 'acknowledged' | 'noted' | 'resolved' | 'reopened') =>
    say.mutate({ word, ...(text.trim() !== '' && { text: text.trim() }) }, { onSuccess: () => setText('') });
  function submit(event: FormEvent): void {
    event.preventDefault();
    speak('noted');
  }
  return (
    <form className={forms.card} onSubmit={submit}>
      <TextField
        label={t.note}
        description={t.noteHint}
        value={text}
        maxLength={2_000}
        autoComplete="off"
        onText={setText}
      />
      {say.error && <ProblemNotice error={say.error} />}
      <div className={forms.buttons}>
        {state === 'open' && (
          <Button loading={say.isPending} onClick={() => speak('acknowledged')}>
            {t.words.acknowledged}
          </Button>
        )}
        {state === 'resolved' ? (
          <Button loading={say.isPending} onClick={() => speak('reopened')}>
            {t.words.reopened}
          </Button>
        ) : (
          <Button variant="filled" loading={say.isPending} onClick={() => speak('resolved')}>
            {t.words.resolved}
          </Button>
        )}
        <Button type="submit" disabled={text.trim() === ''} loading={say.isPending}>
          {t.words.noted}
        </Button>
      </div>
    </form>
  );
}
