import { type Static, Type } from 'typebox';
import { disabledReasons, MAX_WEBHOOKS, TEST_EVENT, webhookEvents } from '../domain/webhooks.ts';
import { closed, Id, IdParams, Literals, Nullable, Page, Time } from './common.ts';

const Label = Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' });
const Url = Type.String({
  minLength: 1,
  maxLength: 2_000,
  examples: ['https://example.com/hooks'],
  description: 'https, and an address on the open internet.',
});
const Events = Type.Array(Literals(webhookEvents), { minItems: 1, uniqueItems: true });

export const Webhook = Type.Object(
  {
    id: Id,
    label: Type.String(),
    url: Type.String(),
    events: Type.Array(Literals(webhookEvents)),
    state: Literals(['active', 'disabled']),
    disabled_reason: Nullable(
      Literals(disabledReasons, {
        description:
          '`owner`: you switched it off. `gone`: it answered 410. `failing`: nothing arrived for days. `lockdown`: its secret was erased; make a new one.',
      }),
    ),
    failing_since: Nullable(
      Type.String({ format: 'date-time', description: 'Null where the last attempt arrived.' }),
    ),
    old_secret_until: Nullable(
      Type.String({ format: 'date-time', description: 'The secret before goes on signing until then.' }),
    ),
    created_at: Time,
  },
  closed,
);
export type Webhook = Static<typeof Webhook>;
export const WebhookList = Type.Object(
  { data: Type.Array(Webhook) },
  { ...closed, description: `At most ${MAX_WEBHOOKS}.` },
);

export const CreateWebhook = Type.Object(
  {
    url: Url,
    label: Type.Optional(Label),
    events: Type.Optional(
      Type.Array(Literals(webhookEvents), { ...Events, description: 'All where left out.' }),
    ),
  },
  closed,
);
export type CreateWebhook = Static<typeof CreateWebhook>;

export const UpdateWebhook = Type.Object(
  {
    url: Type.Optional(Url),
    label: Type.Optional(Label),
    events: Type.Optional(Events),
    state: Type.Optional(Literals(['active', 'disabled'])),
  },
  { ...closed, minProperties: 1 },
);
export type UpdateWebhook = Static<typeof UpdateWebhook>;

export const WebhookWithSecret = Type.Object(
  { webhook: Webhook, secret: Type.String({ description: '`whsec_…`. Shown this once.' }) },
  closed,
);
export type WebhookWithSecret = Static<typeof WebhookWithSecret>;

export const Delivery = Type.Object(
  {
    id: Type.String({ format: 'uuid', description: 'What arrives as `webhook-id`.' }),
    type: Literals([...webhookEvents, TEST_EVENT]),
    generation_id: Nullable(Id),
    state: Literals(['pending', 'delivered', 'failed']),
    attempts: Type.Integer(),
    next_attempt_at: Nullable(Time),
    last_status: Nullable(Type.Integer({ description: 'Null where no answer came.' })),
    last_error: Nullable(Type.String()),
    occurred_at: Time,
    delivered_at: Nullable(Time),
  },
  closed,
);
export type Delivery = Static<typeof Delivery>;
export const DeliveryPage = Page(Delivery);

export const DeliveryParams = Type.Object({ ...IdParams.properties, delivery_id: Id }, closed);
