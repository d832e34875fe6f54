import { Button } from '@mantine/core';
import { type OAuthProvider, oauthProviders } from '@veogate/shared/domain/profiles';
import { useState } from 'react';
import type { Identity } from '../../api/types.ts';
import { useGoToLink, useIdentities, useUnlink } from '../../data/identities.ts';
import { useMeta } from '../../data/service.ts';
import { accountText } from '../../strings/en/account.ts';
import { Ago } from '../../ui/ago.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import classes from '../../ui/form.module.css';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useTell } from './use-tell.ts';

const { ways: t, keep } = accountText;

/** What lets this person in, and what else could; only where identity providers do. */
export function WaysIn() {
  const { data: meta } = useMeta();
  const offered = oauthProviders.flatMap((id) => (meta?.sign_in ?? []).filter((way) => way.id === id));
  return offered.length > 0 ? <Linked offered={offered} /> : null;
}

function Linked({ offered }: { offered: readonly { id: string; name: string }[] }) {
  const { data: identities, error, refetch } = useIdentities();
  const go = useGoToLink();
  const tell = useTell();
  const nameOf = (provider: string) => offered.find(({ id }) => id === provider)?.name ?? provider;
  const missing = oauthProviders.filter(
    (id) =>
      offered.some((way) => way.id === id) && identities?.every(({ provider }) => provider !== id) === true,
  );
  const link = (provider: OAuthProvider) => go.mutate(provider, { onError: tell });
  return (
    <Section title={t.title} intro={t.intro}>
      {!identities && <Pending error={error} onRetry={() => void refetch()} />}
      {identities && (
        <Rows label={t.title}>
          {identities.map((identity) => (
            <Way
              key={identity.id}
              identity={identity}
              name={nameOf(identity.provider)}
              isLast={identities.length === 1}
            />
          ))}
        </Rows>
      )}
      {missing.length > 0 && (
        <div className={classes.buttons}>
          {missing.map((provider) => (
            <Button key={provider} size="sm" disabled={go.isPending} onClick={() => link(provider)}>
              {t.link(nameOf(provider))}
            </Button>
          ))}
        </div>
      )}
    </Section>
  );
}

function Way({ identity, name, isLast }: { identity: Identity; name: string; isLast: boolean }) {
  const [isAsking, setAsking] = useState(false);
  const unlink = useUnlink();
  const tell = useTell();
  const { id, email, name: person, last_used_at } = identity;
  const who = email ?? person;
  return (
    <Row
      name={name}
      actions={
        !isLast && (
          <Button size="sm" aria-label={t.unlinkOf(name)} onClick={() => setAsking(true)}>
            {t.unlink}
          </Button>
        )
      }
    >
      {who !== null && <>{who} · </>}
      <Ago time={last_used_at} say={t.used} />
      <Confirm
        isOpen={isAsking}
        title={t.unlinkTitle(name)}
        confirm={t.unlink}
        cancel={keep}
        isBusy={unlink.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          unlink.mutate(id, {
            onSuccess: () => toast(t.unlinked),
            onError: tell,
            onSettled: () => setAsking(false),
          })
        }
      >
        <p>{t.unlinkText}</p>
      </Confirm>
    </Row>
  );
}
