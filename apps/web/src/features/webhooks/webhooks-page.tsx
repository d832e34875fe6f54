import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { MAX_WEBHOOKS, webhookEvents } from '@veogate/shared/domain/webhooks';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useWebhooks } from '../../data/webhooks.ts';
import { webhooksText as t } from '../../strings/en/webhooks.ts';
import { t as shell } from '../../strings/en.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import classes from '../../ui/form.module.css';
import { Page } from '../../ui/page.tsx';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { AddWebhook } from './add-webhook.tsx';
import { WebhookState } from './webhook-state.tsx';
import styles from './webhooks.module.css';

/** Every webhook of this person. */
export function WebhooksPage() {
  const { data: webhooks, error, refetch } = useWebhooks();
  const [isAdding, setAdding] = useState(false);
  const add = (
    <Button
      variant="filled"
      leftSection={<Plus size={16} aria-hidden />}
      disabled={(webhooks?.length ?? 0) >= MAX_WEBHOOKS}
      onClick={() => setAdding(true)}
    >
      {t.add}
    </Button>
  );
  const isEmpty = webhooks?.length === 0;
  return (
    <Page documentTitle={shell.app.titles.webhooks} title={t.title} aside={!isEmpty && add}>
      <div className={styles.column}>
        <p className={classes.note}>{t.intro}</p>
        {!webhooks && <Pending error={error} onRetry={() => void refetch()} />}
        {isEmpty && (
          <EmptyState title={t.none} text={t.noneText}>
            {add}
          </EmptyState>
        )}
        {webhooks && !isEmpty && (
          <Rows label={t.title}>
            {webhooks.map((webhook) => (
              <Row
                key={webhook.id}
                name={
                  <Link to="/webhooks/$id" params={{ id: webhook.id }} className={styles.name}>
                    {webhook.label}
                  </Link>
                }
                badge={<WebhookState webhook={webhook} />}
              >
                {webhook.url} · {t.told(webhook.events.length, webhookEvents.length)}
                {webhook.disabled_reason !== null && webhook.disabled_reason !== 'owner' && (
                  <p>{t.reasons[webhook.disabled_reason]}</p>
                )}
              </Row>
            ))}
          </Rows>
        )}
      </div>
      {isAdding && <AddWebhook onClose={() => setAdding(false)} />}
    </Page>
  );
}
