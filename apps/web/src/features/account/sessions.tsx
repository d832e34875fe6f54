import { Button } from '@mantine/core';
import { useState } from 'react';
import { useEndOtherSessions, useEndSession, useSessions } from '../../data/account.ts';
import { accountText } from '../../strings/en/account.ts';
import { when } from '../../strings/format.ts';
import { Ago } from '../../ui/ago.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import classes from '../../ui/form.module.css';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useTell } from './use-tell.ts';

const { sessions: t, keep } = accountText;

/** Where the account is signed in, and how to end it there. */
export function Sessions() {
  const { data, error, refetch } = useSessions();
  // This browser stands first.
  const sessions = data?.toSorted((a, b) => Number(b.current) - Number(a.current));
  const end = useEndSession();
  const endOthers = useEndOtherSessions();
  const [isAsking, setAsking] = useState(false);
  const tell = useTell();
  return (
    <Section title={t.title} intro={t.intro}>
      {!sessions && <Pending error={error} onRetry={() => void refetch()} />}
      {sessions && (
        <Rows label={t.title}>
          {sessions.map((session) => (
            <Row
              key={session.id}
              name={session.device}
              badge={session.current && <StateBadge tone="done">{t.current}</StateBadge>}
              actions={
                !session.current && (
                  <Button
                    size="sm"
                    aria-label={t.endOf(session.device)}
                    disabled={end.isPending}
                    onClick={() => end.mutate(session.id, { onSuccess: () => toast(t.ended), onError: tell })}
                  >
                    {t.end}
                  </Button>
                )
              }
            >
              {t.via[session.via]} · {session.address && <>{session.address} · </>}
              <Ago time={session.last_used_at} say={t.used} /> · {t.ends(when(session.expires_at))}
            </Row>
          ))}
        </Rows>
      )}
      {sessions && sessions.length > 1 && (
        <div className={classes.buttons}>
          <Button size="sm" onClick={() => setAsking(true)}>
            {t.endOthers}
          </Button>
        </div>
      )}
      <Confirm
        isOpen={isAsking}
        title={t.endOthersTitle}
        confirm={t.endOthers}
        cancel={keep}
        isBusy={endOthers.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          endOthers.mutate(undefined, {
            onSuccess: ({ revoked }) => toast(t.othersEnded(revoked)),
            onError: tell,
            onSettled: () => setAsking(false),
          })
        }
      >
        <p>{t.endOthersText}</p>
      </Confirm>
    </Section>
  );
}
