import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Webhook } from '../../api/types.ts';
import { useDeleteWebhook, useUpdateWebhook } from '../../data/webhooks.ts';
import { webhooksText } from '../../strings/en/webhooks.ts';
import { Confirm } from '../../ui/confirm.tsx';
import classes from '../../ui/form.module.css';
import { Section } from '../../ui/section.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';

const { power: t, keep } = webhooksText;

/** Switches a webhook off and on, and deletes it. */
export function Power({ webhook: { id, label, state } }: { webhook: Webhook }) {
  const [isAsking, setAsking] = useState(false);
  const navigate = useNavigate();
  const update = useUpdateWebhook(id);
  const remove = useDeleteWebhook(id);
  const isOn = state === 'active';
  return (
    <Section title={t.title} intro={t.intro}>
      <div className={classes.buttons}>
        <Button
          size="sm"
          loading={update.isPending}
          onClick={() =>
            update.mutate(
              { state: isOn ? 'disabled' : 'active' },
              { onSuccess: () => toast(isOn ? t.isOff : t.isOn), onError: toastProblem },
            )
          }
        >
          {isOn ? t.off : t.on}
        </Button>
        <Button size="sm" onClick={() => setAsking(true)}>
          {t.remove}
        </Button>
      </div>
      <Confirm
        isOpen={isAsking}
        title={t.removeTitle(label)}
        confirm={t.remove}
        cancel={keep}
        isBusy={remove.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => {
              toast(t.removed);
              void navigate({ to: '/webhooks' });
            },
            onError: toastProblem,
            onSettled: () => setAsking(false),
          })
        }
      >
        <p>{t.removeText}</p>
      </Confirm>
    </Section>
  );
}
