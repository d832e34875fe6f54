import { Button } from '@mantine/core';
import { webhookEvents } from '@veogate/shared/domain/webhooks';
import { type FormEvent, useState } from 'react';
import { useCreateWebhook } from '../../data/webhooks.ts';
import { webhooksText as t } from '../../strings/en/webhooks.ts';
import { t as shell } from '../../strings/en.ts';
import { Dialog } from '../../ui/dialog.tsx';
import classes from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { type WebhookDraft, WebhookFields } from './webhook-fields.tsx';

const EMPTY: WebhookDraft = {
  url: '',
  label: '',
  events: webhookEvents.filter((event) => event !== 'generation.running'),
};

/** An address and what it is told of; then its secret, this once. */
export function AddWebhook({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState(EMPTY);
  const create = useCreateWebhook();

  function submit(event: FormEvent): void {
    event.preventDefault();
    const { url, label, events } = draft;
    if (events.length === 0) return;
    const name = label.trim();
    create.mutate({ url: url.trim(), events: [...events], ...(name && { label: name }) });
  }

  if (create.data) {
    return (
      // Closing it would lose the secret, so it takes a press on the button.
      <Dialog title={create.data.webhook.label} onClose={() => {}}>
        <div className={classes.plain}>
          <ShownOnce label={t.secret} value={create.data.secret} note={t.secretNote} />
          <div className={classes.end}>
            <Button variant="filled" onClick={onClose}>
              {t.done}
            </Button>
          </div>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t.addTitle} onClose={onClose}>
      <form className={classes.plain} onSubmit={submit}>
        <WebhookFields draft={draft} onDraft={setDraft} />
        {create.error && <ProblemNotice error={create.error} />}
        <div className={classes.end}>
          <Button onClick={onClose}>{shell.app.cancel}</Button>
          <Button type="submit" variant="filled" loading={create.isPending}>
            {t.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
