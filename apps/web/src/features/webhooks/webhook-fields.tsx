import { type WebhookEvent, webhookEvents } from '@veogate/shared/domain/webhooks';
import { webhooksText as t } from '../../strings/en/webhooks.ts';
import { CheckField } from '../../ui/check-field.tsx';
import classes from '../../ui/form.module.css';
import { TextField } from '../../ui/text-field.tsx';

/** What a person says of a webhook. */
export interface WebhookDraft {
  url: string;
  label: string;
  events: readonly WebhookEvent[];
}

/** Where it goes, what it is called, and what it is told of. */
export function WebhookFields({
  draft,
  onDraft,
}: {
  draft: WebhookDraft;
  onDraft: (draft: WebhookDraft) => void;
}) {
  const { url, label, events } = draft;
  return (
    <>
      <TextField
        label={t.url}
        description={t.urlHint}
        placeholder={t.urlPlaceholder}
        type="url"
        value={url}
        required
        maxLength={2_000}
        autoComplete="off"
        onText={(text) => onDraft({ ...draft, url: text })}
      />
      <TextField
        label={t.label}
        placeholder={t.labelPlaceholder}
        value={label}
        maxLength={80}
        autoComplete="off"
        onText={(text) => onDraft({ ...draft, label: text })}
      />
      <fieldset className={classes.group}>
        <legend className={classes.legend}>{t.events}</legend>
        <div className={classes.checks}>
          {webhookEvents.map((event) => (
            <CheckField
              key={event}
              label={t.eventNames[event]}
              checked={events.includes(event)}
              onChange={(isOn) =>
                onDraft({
                  ...draft,
                  events: webhookEvents.filter((other) => (other === event ? isOn : events.includes(other))),
                })
              }
            />
          ))}
        </div>
      </fieldset>
      {events.length === 0 && (
        <p className={classes.note} role="alert">
          {t.choose}
        </p>
      )}
    </>
  );
}
