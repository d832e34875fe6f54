import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { AdminLimits, Me } from '../../api/types.ts';
import { useLimits, useOfferModel } from '../../data/admin.ts';
import { adminText } from '../../strings/en/admin.ts';
import { number, when } from '../../strings/format.ts';
import { Dialog } from '../../ui/dialog.tsx';
import forms from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';
import classes from './admin.module.css';
import { ReasonField } from './reason-field.tsx';

const { limits: t, keep } = adminText;
type Model = AdminLimits['models'][number];

/** Which models are offered, and the limits in force. */
export function Limits({ me }: { me: Me }) {
  const { data, error, refetch } = useLimits();
  if (!data) return <Pending error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <h2 className={classes.heading}>{t.models}</h2>
      <Rows label={t.models}>
        {data.models.map((model) => (
          <OneModel key={model.id} model={model} isAdmin={me.role === 'admin'} />
        ))}
      </Rows>
      <h2 className={classes.heading}>{t.limits}</h2>
      <p className={forms.note}>{t.note}</p>
      <Rows label={t.limits}>
        {data.limits.map(({ setting, value }) => (
          <Row key={setting} name={t.names[setting]} actions={value === null ? t.none : number(value)}>
            <p>{setting}</p>
          </Row>
        ))}
      </Rows>
    </>
  );
}

function OneModel({ model: { id, name, withdrawn }, isAdmin }: { model: Model; isAdmin: boolean }) {
  const [isAsking, setAsking] = useState(false);
  const offer = useOfferModel();
  return (
    <Row
      name={name}
      badge={
        <StateBadge tone={withdrawn ? 'attention' : 'done'}>{withdrawn ? t.withdrawn : t.offered}</StateBadge>
      }
      actions={
        isAdmin &&
        (withdrawn ? (
          <Button
            size="sm"
            aria-label={t.offerOf(name)}
            loading={offer.isPending}
            onClick={() =>
              offer.mutate(
                { model: id, offered: true },
                { onSuccess: () => toast(t.isOffered), onError: toastProblem },
              )
            }
          >
            {t.offer}
          </Button>
        ) : (
          <Button size="sm" aria-label={t.withdrawOf(name)} onClick={() => setAsking(true)}>
            {t.withdraw}
          </Button>
        ))
      }
    >
      <p>
        {id}
        {withdrawn && (
          <>
            {' '}
            · {t.since(when(withdrawn.at))} · {withdrawn.reason}
          </>
        )}
      </p>
      {isAsking && <Withdraw id={id} name={name} onClose={() => setAsking(false)} />}
    </Row>
  );
}

function Withdraw({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const offer = useOfferModel();
  function submit(event: FormEvent): void {
    event.preventDefault();
    const done = () => {
      toast(t.isWithdrawn);
      onClose();
    };
    offer.mutate({ model: id, offered: false, reason: reason.trim() }, { onSuccess: done });
  }
  return (
    <Dialog title={t.withdrawTitle(name)} onClose={onClose}>
      <form className={forms.plain} onSubmit={submit}>
        <p className={forms.note}>{t.withdrawText}</p>
        <ReasonField label={t.reason} description={t.reasonHint} value={reason} onText={setReason} />
        {offer.error && <ProblemNotice error={offer.error} />}
        <div className={forms.end}>
          <Button onClick={onClose}>{keep}</Button>
          <Button type="submit" variant="filled" loading={offer.isPending}>
            {t.withdraw}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
