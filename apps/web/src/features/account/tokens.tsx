import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Me, Token } from '../../api/types.ts';
import { useRevokeToken, useTokens } from '../../data/account.ts';
import { accountText } from '../../strings/en/account.ts';
import { when } from '../../strings/format.ts';
import { Ago } from '../../ui/ago.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import classes from '../../ui/form.module.css';
import { priceText } from '../../ui/price.ts';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { toast } from '../../ui/toasts.tsx';
import { CreateToken } from './create-token.tsx';
import { useTell } from './use-tell.ts';

const { tokens: t, keep } = accountText;

/** What programs may use in this person's name. */
export function Tokens({ me }: { me: Me }) {
  const { data: tokens, error, refetch } = useTokens();
  const [isMaking, setMaking] = useState(false);
  return (
    <Section title={t.title} intro={t.intro}>
      {!tokens && <Pending error={error} onRetry={() => void refetch()} />}
      {tokens?.length === 0 && !isMaking && <p className={classes.note}>{t.none}</p>}
      {tokens && tokens.length > 0 && (
        <Rows label={t.title}>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </Rows>
      )}
      {isMaking ? (
        <CreateToken me={me} onClose={() => setMaking(false)} />
      ) : (
        <div className={classes.buttons}>
          <Button size="sm" onClick={() => setMaking(true)}>
            {t.create}
          </Button>
        </div>
      )}
    </Section>
  );
}

function TokenRow({ token }: { token: Token }) {
  const [isAsking, setAsking] = useState(false);
  const revoke = useRevokeToken();
  const tell = useTell();
  const { id, name, hint, scopes, expires_at, last_used_at, spend_cap } = token;
  return (
    <Row
      name={name}
      actions={
        <>
          <Button size="sm" aria-label={t.revokeOf(name)} onClick={() => setAsking(true)}>
            {t.revoke}
          </Button>
          <Confirm
            isOpen={isAsking}
            title={t.revokeTitle(name)}
            confirm={t.revoke}
            cancel={keep}
            isBusy={revoke.isPending}
            onClose={() => setAsking(false)}
            onConfirm={() =>
              revoke.mutate(id, {
                onSuccess: () => toast(t.revoked),
                onError: tell,
                onSettled: () => setAsking(false),
              })
            }
          >
            <p>{t.revokeText}</p>
          </Confirm>
        </>
      }
    >
      <p>{scopes.join(', ')}</p>
      <p>
        {t.ending(hint)} · {expires_at === null ? t.never : t.expires(when(expires_at))} ·{' '}
        {last_used_at === null ? t.unused : <Ago time={last_used_at} say={t.used} />}
        {spend_cap && <> · {t.spent(priceText(spend_cap.spent), priceText(spend_cap.limit))}</>}
      </p>
    </Row>
  );
}
