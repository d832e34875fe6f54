import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Incident, Me } from '../../api/types.ts';
import { type IncidentState, useIncidents } from '../../data/watching.ts';
import { watchingText } from '../../strings/en/watching.ts';
import { Ago } from '../../ui/ago.tsx';
import { LinkButton } from '../../ui/app-link.tsx';
import { Choice } from '../../ui/choice.tsx';
import forms from '../../ui/form.module.css';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { severityTones, stateTones, subjectOf } from './incident-words.ts';
import { OneIncident } from './one-incident.tsx';

const { incidents: t } = watchingText;
const route = getRouteApi('/signed-in/admin');

const shown = ['unresolved', 'resolved', ''] as const;

/** Red flags that were raised; one of them, where the address names it. */
export function Incidents({ me }: { me: Me }) {
  const { incident } = route.useSearch();
  return incident ? <OneIncident key={incident} id={incident} me={me} /> : <List />;
}

function List() {
  const [state, setState] = useState<(typeof shown)[number]>('unresolved');
  const list = useIncidents(state || undefined);
  const incidents = list.data?.pages.flatMap(({ data }) => data);
  return (
    <>
      <Choice
        legend={t.show}
        value={state}
        onChange={setState}
        options={shown.map((value) => ({
          value,
          name: value === '' ? t.all : t.states[value satisfies IncidentState],
        }))}
      />
      {!incidents && <Pending error={list.error} onRetry={() => void list.refetch()} />}
      {incidents?.length === 0 && (
        <p className={forms.note}>{state === 'unresolved' ? t.noneOpen : t.none}</p>
      )}
      {incidents && incidents.length > 0 && (
        <Rows label={watchingText.views.incidents}>
          {incidents.map((incident) => (
            <One key={incident.id} incident={incident} />
          ))}
        </Rows>
      )}
      <ShowMore list={list} />
    </>
  );
}

function One({ incident }: { incident: Incident }) {
  const { id, title, severity, state, opened_at, last_seen_at } = incident;
  const subject = subjectOf(incident);
  return (
    <Row
      name={title}
      badge={
        <>
          <StateBadge tone={severityTones[severity]}>{t.severities[severity]}</StateBadge>
          <StateBadge tone={stateTones[state]}>{t.states[state]}</StateBadge>
        </>
      }
      actions={
        <LinkButton
          size="sm"
          to="/admin"
          search={{ view: 'incidents', incident: id }}
          aria-label={t.lookAt(title, subject)}
        >
          {t.look}
        </LinkButton>
      }
    >
      <p>{subject}</p>
      <p>
        <Ago time={opened_at} say={t.opened} /> · <Ago time={last_seen_at} say={t.lastSeen} />
      </p>
    </Row>
  );
}
