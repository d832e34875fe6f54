import type { CreateWebhook, UpdateWebhook } from '@veogate/shared/contracts/webhooks';
import { append } from '@veogate/shared/db/audit-repo';
import type { Transaction } from '@veogate/shared/db/client';
import { checkRing, holdUnlocked } from '@veogate/shared/db/mode-repo';
import type { WebhookDelivery, WebhookEndpoint } from '@veogate/shared/db/rows';
import { findDelivery, insertTest, replayDelivery } from '@veogate/shared/db/webhook-delivery-repo';
import {
  countWebhooks,
  deleteWebhook,
  findWebhook,
  insertWebhook,
  lockWebhook,
  replaceSecret,
  updateWebhook,
} from '@veogate/shared/db/webhook-repo';
import { AppError, invalidField } from '@veogate/shared/domain/errors';
import { MAX_WEBHOOKS, webhookEvents } from '@veogate/shared/domain/webhooks';
import { hintDelivery } from '@veogate/shared/webhooks/announce';
import { checkReceiver } from '@veogate/shared/webhooks/receiver';
import { newWebhookSecret, toSealContext } from '@veogate/shared/webhooks/sign';
import { uuidv7 } from 'uuidv7';
import type { Services } from '../../services.ts';

type Needs = Pick<Services, 'db' | 'sealer' | 'queues' | 'config'>;
type WithSecret = { webhook: WebhookEndpoint; secret: string };

/** What a person may do with their webhooks. */
export function createWebhookService({ db, sealer, queues, config }: Needs) {
  async function find(userId: string, id: string): Promise<WebhookEndpoint> {
    return (await findWebhook(db, userId, id)) ?? missing();
  }

  async function check(url: string): Promise<void> {
    const refusal = await checkReceiver(url, config.WEBHOOK_ALLOWED_HOSTS);
    if (refusal) throw invalidField('url', refusal);
  }

  /** Has a message sent now. */
  async function hand(delivery: WebhookDelivery): Promise<WebhookDelivery> {
    await hintDelivery(queues, delivery);
    return delivery;
  }

  return {
    find,

    /** Makes a webhook with a secret that nobody sees but in this answer. */
    async create(userId: string, wanted: CreateWebhook): Promise<WithSecret> {
      const { url, events = webhookEvents } = wanted;
      await check(url);
      const id = uuidv7();
      const secret = newWebhookSecret();
      const sealed = await sealer.seal(secret, toSealContext({ id, userId }, 1));
      const label = wanted.label?.trim() ?? new URL(url).hostname.slice(0, 80);
      const webhook = await db.$transaction(async (tx) => {
        await holdUnlocked(tx);
        if ((await countWebhooks(tx, userId)) >= MAX_WEBHOOKS)
          throw new AppError(
            'wrong_state',
            `You have ${MAX_WEBHOOKS} webhooks. Delete one that is not needed.`,
          );
        await checkRing(tx, sealed);
        await note(tx, 'created', userId, id, { events: events.length });
        return insertWebhook(tx, { id, userId, url, label, events, ...sealed });
      });
      return { webhook, secret };
    },

    async update(userId: string, id: string, change: UpdateWebhook): Promise<WebhookEndpoint> {
      if (change.url !== undefined) await check(change.url);
      const { label, state } = change;
      return db.$transaction(async (tx) => {
        const before = (await lockWebhook(tx, userId, id)) ?? missing();
        if (state === 'active' && before.sealed.length === 0)
          throw new AppError('wrong_state', 'Its secret was erased: make a new one first.');
        await note(tx, 'updated', userId, id, {
          fields: Object.keys(change).join(' '),
          state: state ?? null,
        });
        return updateWebhook(tx, id, { ...change, ...(label && { label: label.trim() }) });
      });
    },

    /** Its messages go with it. */
    async remove(userId: string, id: string): Promise<void> {
      await db.$transaction(async (tx) => {
        if (!(await deleteWebhook(tx, userId, id))) missing();
        await note(tx, 'deleted', userId, id);
      });
    },

    /** A new secret; the one before goes on signing for a day, so that a receiver has time to change. */
    async rotate(userId: string, id: string): Promise<WithSecret> {
      const secret = newWebhookSecret();
      const webhook = await db.$transaction(async (tx) => {
        await holdUnlocked(tx);
        const before = (await lockWebhook(tx, userId, id)) ?? missing();
        const sealed = await sealer.seal(secret, toSealContext(before, before.secretVersion + 1));
        await checkRing(tx, sealed);
        await note(tx, 'secret_rotated', userId, id);
        return replaceSecret(tx, before, sealed);
      });
      return { webhook, secret };
    },

    async test(userId: string, id: string): Promise<WebhookDelivery> {
      checkActive(await find(userId, id));
      return hand(await insertTest(db, id));
    },

    async replay(userId: string, id: string, deliveryId: string): Promise<WebhookDelivery> {
      checkActive(await find(userId, id));
      if (!(await findDelivery(db, id, deliveryId))) missing('There is no such delivery.');
      if (!(await replayDelivery(db, deliveryId)))
        throw new AppError('wrong_state', 'It is being sent at this moment.');
      return hand((await findDelivery(db, id, deliveryId)) ?? missing('There is no such delivery.'));
    },
  };
}

function checkActive({ state }: WebhookEndpoint): void {
  if (state === 'disabled') throw new AppError('wrong_state', 'The webhook is off. Switch it on first.');
}

function missing(message = 'There is no such webhook.'): never {
  throw new AppError('not_found', message);
}

function note(
  tx: Transaction,
  what: string,
  actorId: string,
  subjectId: string,
  detail: Record<string, string | number | null> = {},
): Promise<void> {
  return append(tx, { action: `webhook.${what}`, actorId, subject: 'webhook', subjectId, detail });
}
