import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Webhook } from '../../api/types.ts';
import { useRotateSecret } from '../../data/webhooks.ts';
import { webhooksText } from '../../strings/en/webhooks.ts';
import { when } from '../../strings/format.ts';
import { Confirm } from '../../ui/confirm.tsx';
import classes from '../../ui/form.module.css';
import { Section } from '../../ui/section.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';

const { rotate: t, secret, secretNote, keep } = webhooksText;

/** Makes another secret, and shows it this once. */
export function Secret({ webhook: { id, old_secret_until: oldUntil } }: { webhook: Webhook }) {
  const [isAsking, setAsking] = useState(false);
  const rotate = useRotateSecret(id);
  return (
    <Section title={t.title} intro={t.intro}>
      {rotate.data && (
        <div className={classes.card}>
          <ShownOnce key={rotate.data.secret} label={secret} value={rotate.data.secret} note={secretNote} />
        </div>
      )}
      {oldUntil !== null && <p className={classes.note}>{t.old(when(oldUntil))}</p>}
      <div className={classes.buttons}>
        <Button size="sm" onClick={() => setAsking(true)}>
          {t.open}
        </Button>
      </div>
      <Confirm
        isOpen={isAsking}
        title={t.dialogTitle}
        confirm={t.open}
        cancel={keep}
        isBusy={rotate.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          rotate.mutate(undefined, { onError: toastProblem, onSettled: () => setAsking(false) })
        }
      >
        <p>{t.text}</p>
      </Confirm>
    </Section>
  );
}
