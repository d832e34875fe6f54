import { Button } from '@mantine/core';
import type { Invitation, Me } from '../../api/types.ts';
import { useInvitations, useRevokeInvitation } from '../../data/admin.ts';
import { adminText } from '../../strings/en/admin.ts';
import { when } from '../../strings/format.ts';
import forms from '../../ui/form.module.css';
import { priceText } from '../../ui/price.ts';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';
import { Invite } from './invite.tsx';

const { invitations: t, roles } = adminText;
const tones = { open: 'done', used: 'calm', expired: 'calm', revoked: 'calm' } as const;

/** Who may come in, and who came. */
export function Invitations({ me }: { me: Me }) {
  const list = useInvitations();
  const invitations = list.data?.pages.flatMap(({ data }) => data);
  return (
    <>
      {me.role === 'admin' && <Invite />}
      {!invitations && <Pending error={list.error} onRetry={() => void list.refetch()} />}
      {invitations?.length === 0 && <p className={forms.note}>{t.none}</p>}
      {invitations && invitations.length > 0 && (
        <Rows label={adminText.views.invitations}>
          {invitations.map((invitation) => (
            <One key={invitation.id} invitation={invitation} mayRevoke={me.role === 'admin'} />
          ))}
        </Rows>
      )}
      <ShowMore list={list} />
    </>
  );
}

function One({ invitation, mayRevoke }: { invitation: Invitation; mayRevoke: boolean }) {
  const revoke = useRevokeInvitation();
  const { id, value, role, allowance, note, seats, used, state, expires_at } = invitation;
  const name = value ?? t.aLink;
  return (
    <Row
      name={name}
      badge={<StateBadge tone={tones[state]}>{t.states[state]}</StateBadge>}
      actions={
        mayRevoke &&
        state === 'open' && (
          <Button
            size="sm"
            aria-label={t.revokeOf(name)}
            loading={revoke.isPending}
            onClick={() => revoke.mutate(id, { onSuccess: () => toast(t.revoked), onError: toastProblem })}
          >
            {t.revoke}
          </Button>
        )
      }
    >
      <p>
        {roles[role]} · {t.used(used, seats)} · {expires_at === null ? t.forGood : t.until(when(expires_at))}
        {allowance && <> · {priceText(allowance)}</>}
      </p>
      {note !== null && <p>{note}</p>}
    </Row>
  );
}
