import { Button } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { AuditEntry, Me } from '../../api/types.ts';
import { type AuditSearch, useAudit } from '../../data/watching.ts';
import { watchingText } from '../../strings/en/watching.ts';
import { when } from '../../strings/format.ts';
import { LinkButton } from '../../ui/app-link.tsx';
import forms from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Pending } from '../../ui/rows.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { TextField } from '../../ui/text-field.tsx';
import classes from './admin.module.css';

const { audit: t, clear } = watchingText;
const route = getRouteApi('/signed-in/admin');
const outcomes = ['', 'ok', 'denied'] as const;

/** What was done on this service, by whom: searched, and taken along as a file. */
export function Audit(_: { me: Me }) {
  const { person, action, address, outcome, subject_id, since, until } = route.useSearch();
  const search: AuditSearch = {
    ...(person && { person }),
    ...(action && { action }),
    ...(address && { address }),
    ...((outcome === 'ok' || outcome === 'denied') && { outcome }),
    ...(subject_id && { subject_id }),
    ...(since && { since }),
    ...(until && { until }),
  };
  const list = useAudit(search);
  const entries = list.data?.pages.flatMap(({ data }) => data);
  return (
    <>
      <SearchForm key={JSON.stringify(search)} search={search} />
      {list.error && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {!entries && !list.error && <Pending error={null} onRetry={() => {}} />}
      {entries?.length === 0 && <p className={forms.note}>{t.none}</p>}
      {entries && entries.length > 0 && <Table entries={entries} />}
      <ShowMore list={list} />
    </>
  );
}

function SearchForm({ search }: { search: AuditSearch }) {
  const navigate = useNavigate();
  const [fields, setFields] = useState(search);
  const set = (change: Partial<AuditSearch>) => setFields((before) => ({ ...before, ...change }));
  function submit(event: FormEvent): void {
    event.preventDefault();
    const filled = Object.entries(fields).filter(([, value]) => value !== undefined && value.trim() !== '');
    void navigate({ to: '/admin', search: { view: 'audit', ...Object.fromEntries(filled) } });
  }
  const toAddress = (format: 'csv' | 'jsonl') =>
    `/v1/admin/audit/export?${new URLSearchParams({ format, ...search })}`;
  return (
    <form className={forms.card} onSubmit={submit}>
      <div className={classes.filters}>
        <TextField
          label={t.person}
          placeholder={t.personHint}
          value={fields.person ?? ''}
          maxLength={200}
          onText={(person) => set({ person })}
        />
        <TextField
          label={t.action}
          placeholder={t.actionHint}
          value={fields.action ?? ''}
          maxLength={60}
          onText={(action) => set({ action })}
        />
        <TextField
          label={t.address}
          placeholder={t.addressHint}
          value={fields.address ?? ''}
          maxLength={64}
          onText={(address) => set({ address })}
        />
        <SelectField
          label={t.outcome}
          value={fields.outcome ?? ''}
          onChange={(value) => {
            const { outcome: _, ...rest } = fields;
            setFields(value === 'ok' || value === 'denied' ? { ...rest, outcome: value } : rest);
          }}
        >
          {outcomes.map((value) => (
            <option key={value} value={value}>
              {t.outcomes[value]}
            </option>
          ))}
        </SelectField>
        <DayField label={t.since} value={fields.since} onDay={(since) => set({ since })} />
        <DayField label={t.until} value={fields.until} onDay={(until) => set({ until })} />
      </div>
      <div className={forms.buttons}>
        <Button type="submit" variant="filled">
          {t.find}
        </Button>
        {Object.keys(search).length > 0 && (
          <LinkButton to="/admin" search={{ view: 'audit' }}>
            {clear}
          </LinkButton>
        )}
        <Button component="a" href={toAddress('csv')} download>
          {t.export}
        </Button>
        <Button component="a" href={toAddress('jsonl')} download>
          {t.exportLines}
        </Button>
      </div>
    </form>
  );
}

/** A day of the reader's own time zone, kept as the time at which it begins. */
export function DayField({
  label,
  value,
  onDay,
}: {
  label: string;
  value: string | undefined;
  onDay: (time: string) => void;
}) {
  return (
    <TextField
      label={label}
      type="date"
      value={value ? toDay(value) : ''}
      onText={(day) => onDay(day === '' ? '' : new Date(`${day}T00:00:00`).toISOString())}
    />
  );
}

function toDay(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '';
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function Table({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what moves sideways must be reached by the keyboard.
    <section className={classes.scroll} aria-label={t.table} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t.at}</th>
            <th scope="col">{t.what}</th>
            <th scope="col">{t.who}</th>
            <th scope="col">{t.whom}</th>
            <th scope="col">{t.where}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td>
                <time dateTime={entry.at} title={entry.sealed ? t.sealed : t.notSealed}>
                  {when(entry.at)}
                </time>
              </td>
              <td>
                <strong>{entry.action}</strong>
                {entry.outcome === 'denied' && ` (${t.denied})`}
                <Detail detail={entry.detail} />
              </td>
              <td>{entry.actor === null ? t.service : (entry.actor.name ?? watchingText.gone)}</td>
              <td>
                {entry.subject && (
                  <>
                    {entry.subject.type}
                    <br />
                    <span className={classes.soft}>{entry.subject.name ?? entry.subject.id}</span>
                  </>
                )}
              </td>
              <td>{entry.address}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Detail({ detail }: Pick<AuditEntry, 'detail'>) {
  const facts = Object.entries(detail).filter(([, value]) => value !== null);
  if (facts.length === 0) return null;
  return (
    <>
      <br />
      <span className={classes.soft}>
        {facts.map(([name, value]) => `${name.replaceAll('_', ' ')}: ${value}`).join(' · ')}
      </span>
    </>
  );
}
