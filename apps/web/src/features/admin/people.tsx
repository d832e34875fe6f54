import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import type { AdminUser, Me } from '../../api/types.ts';
import { useChangeUser, usePeople, useSignOutUser } from '../../data/admin.ts';
import { adminText } from '../../strings/en/admin.ts';
import { when } from '../../strings/format.ts';
import { Ago } from '../../ui/ago.tsx';
import { BareSelect } from '../../ui/bare-select.tsx';
import forms from '../../ui/form.module.css';
import { priceText } from '../../ui/price.ts';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';
import classes from './admin.module.css';
import { LimitDialog } from './limit-dialog.tsx';
import { SuspendDialog } from './suspend-dialog.tsx';

const route = getRouteApi('/signed-in/admin');
const { people: t, roles } = adminText;
const tones = { active: 'done', suspended: 'attention', leaving: 'calm' } as const;

/** Every account, and what it may do. */
export function People({ me }: { me: Me }) {
  const { person } = route.useSearch();
  const [search, setSearch] = useState(person ?? '');
  const list = usePeople(useDeferredValue(search.trim()));
  const people = list.data?.pages.flatMap(({ data }) => data);
  return (
    <>
      <TextField label={t.search} type="search" value={search} maxLength={200} onText={setSearch} />
      {!people && <Pending error={list.error} onRetry={() => void list.refetch()} />}
      {people?.length === 0 && <p className={forms.note}>{t.none}</p>}
      {people && people.length > 0 && (
        <Rows label={adminText.views.people}>
          {people.map((person) => (
            <Person key={person.id} person={person} me={me} />
          ))}
        </Rows>
      )}
      <ShowMore list={list} />
    </>
  );
}

const roleOptions = (['member', 'auditor', 'admin'] as const).map((value) => ({ value, name: roles[value] }));

function Person({ person, me }: { person: AdminUser; me: Me }) {
  const { id, display_name: name, role, state } = person;
  const [isSuspending, setSuspending] = useState(false);
  const [isLimiting, setLimiting] = useState(false);
  const change = useChangeUser(id);
  const signOut = useSignOutUser(id);
  const isMe = id === me.id;
  const tellEnd = (text: string) => ({ onSuccess: () => toast(text), onError: toastProblem });
  const mayChange = me.role === 'admin' && state !== 'leaving';
  return (
    <Row
      name={name}
      badge={
        <>
          {isMe && <StateBadge tone="calm">{t.you}</StateBadge>}
          <StateBadge tone={tones[state]}>{t.states[state]}</StateBadge>
        </>
      }
      actions={
        mayChange ? (
          <>
            <BareSelect
              label={t.roleOf(name)}
              value={role}
              options={roleOptions}
              onChange={(next) => change.mutate({ role: next }, tellEnd(t.roleChanged))}
            />
            <Button size="sm" aria-label={t.limitOf(name)} onClick={() => setLimiting(true)}>
              {t.limit}
            </Button>
            {!isMe && (
              <Button
                size="sm"
                aria-label={t.signOutOf(name)}
                loading={signOut.isPending}
                onClick={() =>
                  signOut.mutate(undefined, {
                    onSuccess: ({ revoked }) => toast(t.signedOut(revoked)),
                    onError: toastProblem,
                  })
                }
              >
                {t.signOut}
              </Button>
            )}
            {state === 'active' && !isMe && (
              <Button size="sm" aria-label={t.suspendOf(name)} onClick={() => setSuspending(true)}>
                {t.suspend}
              </Button>
            )}
            {state === 'suspended' && (
              <Button
                size="sm"
                aria-label={t.reinstateOf(name)}
                loading={change.isPending}
                onClick={() => change.mutate({ state: 'active' }, tellEnd(t.reinstated))}
              >
                {t.reinstate}
              </Button>
            )}
          </>
        ) : (
          roles[role]
        )
      }
    >
      <About person={person} />
      <p className={classes.links}>
        <Link to="/admin" search={{ view: 'audit', person: id }} aria-label={t.historyOf(name)}>
          {t.history}
        </Link>{' '}
        <Link to="/admin" search={{ view: 'generations', user_id: id }} aria-label={t.generationsOf(name)}>
          {t.generations}
        </Link>{' '}
        <Link to="/admin" search={{ view: 'usage', user_id: id }} aria-label={t.usageOf(name)}>
          {t.usage}
        </Link>
      </p>
      {isLimiting && <LimitDialog person={person} onClose={() => setLimiting(false)} />}
      {isSuspending && <SuspendDialog person={person} onClose={() => setSuspending(false)} />}
    </Row>
  );
}

function About({ person }: { person: AdminUser }) {
  const { identities, allowance, last_seen_at, created_at, state, suspended_until, suspended_reason } =
    person;
  const { generation_limit: limit } = person;
  const addresses = identities.flatMap(({ email }) => email ?? []);
  return (
    <>
      {addresses.length > 0 && <p>{addresses.join(' · ')}</p>}
      <p>
        {t.joined(when(created_at))} ·{' '}
        {last_seen_at === null ? t.neverSeen : <Ago time={last_seen_at} say={t.seen} />}
        {allowance && <> · {t.allowance(priceText(allowance))}</>}
        {limit !== null && <> · {t.limited(limit)}</>}
      </p>
      {state === 'suspended' && (
        <p>
          {suspended_until === null ? t.untilLifted : t.until(when(suspended_until))}
          {suspended_reason !== null && <> · {suspended_reason}</>}
        </p>
      )}
    </>
  );
}
