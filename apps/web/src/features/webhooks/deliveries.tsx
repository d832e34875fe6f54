import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Delivery, Webhook } from '../../api/types.ts';
import { useDeliveries, useReplay, useTestWebhook } from '../../data/webhooks.ts';
import { webhooksText } from '../../strings/en/webhooks.ts';
import { when } from '../../strings/format.ts';
import { Ago } from '../../ui/ago.tsx';
import classes from '../../ui/form.module.css';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';

const { deliveries: t } = webhooksText;
const tones = { pending: 'working', delivered: 'done', failed: 'failed' } as const;

/** What was sent to a webhook and how that went; sends a test, or something again. */
export function Deliveries({ webhook }: { webhook: Webhook }) {
  const list = useDeliveries(webhook.id);
  const test = useTestWebhook(webhook.id);
  const deliveries = list.data?.pages.flatMap(({ data }) => data);
  const isOn = webhook.state === 'active';
  return (
    <Section title={t.title} intro={t.intro}>
      <div className={classes.buttons}>
        <Button
          size="sm"
          disabled={!isOn}
          loading={test.isPending}
          onClick={() =>
            test.mutate(undefined, { onSuccess: () => toast(t.testSent), onError: toastProblem })
          }
        >
          {t.test}
        </Button>
      </div>
      {!deliveries && <Pending error={list.error} onRetry={() => void list.refetch()} />}
      {deliveries?.length === 0 && <p className={classes.note}>{t.none}</p>}
      {deliveries && deliveries.length > 0 && (
        <Rows label={t.title}>
          {deliveries.map((delivery) => (
            <DeliveryRow key={delivery.id} webhookId={webhook.id} isOn={isOn} delivery={delivery} />
          ))}
        </Rows>
      )}
      <ShowMore list={list} />
    </Section>
  );
}

function DeliveryRow({
  webhookId,
  isOn,
  delivery,
}: {
  webhookId: string;
  isOn: boolean;
  delivery: Delivery;
}) {
  const { id, type, state, attempts, generation_id: generationId, last_status, last_error } = delivery;
  const replay = useReplay(webhookId);
  return (
    <Row
      name={type}
      badge={<StateBadge tone={tones[state]}>{t.states[state]}</StateBadge>}
      actions={
        <Button
          size="sm"
          aria-label={t.replayOf(type)}
          disabled={!isOn}
          loading={replay.isPending}
          onClick={() => replay.mutate(id, { onSuccess: () => toast(t.replayed), onError: toastProblem })}
        >
          {t.replay}
        </Button>
      }
    >
      <p>
        {when(delivery.occurred_at)}
        {attempts > 0 && <> · {t.attempts(attempts)}</>}
        {delivery.delivered_at !== null && (
          <>
            {' '}
            · <Ago time={delivery.delivered_at} say={t.delivered} />
          </>
        )}
        {last_status !== null && state === 'delivered' && <> · {t.answered(last_status)}</>}
        {generationId !== null && (
          <>
            {' · '}
            <Link to="/generations/$id" params={{ id: generationId }}>
              {t.generation}
            </Link>
          </>
        )}
      </p>
      {last_error !== null && <p>{last_error}</p>}
      {delivery.next_attempt_at !== null && (
        <p>{isOn ? <Ago time={delivery.next_attempt_at} say={t.next} /> : t.waitsForOn}</p>
      )}
    </Row>
  );
}
