import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Webhook } from '../../api/types.ts';
import { useUpdateWebhook } from '../../data/webhooks.ts';
import { webhooksText as t } from '../../strings/en/webhooks.ts';
import classes from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Section } from '../../ui/section.tsx';
import { toast } from '../../ui/toasts.tsx';
import { type WebhookDraft, WebhookFields } from './webhook-fields.tsx';

/** Changes where a webhook goes and what it is told of. */
export function Settings({ webhook }: { webhook: Webhook }) {
  const [draft, setDraft] = useState<WebhookDraft>(webhook);
  const update = useUpdateWebhook(webhook.id);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const { url, label, events } = draft;
    if (events.length === 0) return;
    const name = label.trim() || webhook.label;
    update.mutate({ url: url.trim(), label: name, events: [...events] }, { onSuccess: () => toast(t.saved) });
  }

  return (
    <Section title={t.settings.title} intro={t.settings.intro}>
      <form className={classes.card} onSubmit={submit} aria-label={t.settings.title}>
        <WebhookFields draft={draft} onDraft={setDraft} />
        {update.error && <ProblemNotice error={update.error} />}
        <div className={classes.buttons}>
          <Button type="submit" size="sm" loading={update.isPending}>
            {t.save}
          </Button>
        </div>
      </form>
    </Section>
  );
}
