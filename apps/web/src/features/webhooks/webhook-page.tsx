import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { toProblem } from '../../api/problem.ts';
import { useWebhook } from '../../data/webhooks.ts';
import { webhooksText as t } from '../../strings/en/webhooks.ts';
import { t as shell } from '../../strings/en.ts';
import { when } from '../../strings/format.ts';
import { LinkButton } from '../../ui/app-link.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { Pending } from '../../ui/rows.tsx';
import { Deliveries } from './deliveries.tsx';
import { Power } from './power.tsx';
import { Secret } from './secret.tsx';
import { Settings } from './settings.tsx';
import { WebhookState } from './webhook-state.tsx';
import styles from './webhooks.module.css';

const route = getRouteApi('/signed-in/webhooks/$id');

/** One webhook: what was sent to it, where it goes, its secret, and its end. */
export function WebhookPage() {
  const { id } = route.useParams();
  const { data: webhook, error, refetch } = useWebhook(id);
  if (error && toProblem(error).status === 404) {
    return (
      <EmptyState isPage title={t.gone} text={t.goneText}>
        <LinkButton to="/webhooks">{t.all}</LinkButton>
      </EmptyState>
    );
  }
  if (!webhook) return <Pending error={error} onRetry={() => void refetch()} />;
  const { disabled_reason: reason, failing_since: failingSince } = webhook;
  return (
    <>
      <Link to="/webhooks" className={styles.back}>
        <ArrowLeft size={16} aria-hidden /> {t.all}
      </Link>
      <Page
        documentTitle={shell.app.titles.webhooks}
        title={webhook.label}
        aside={<WebhookState webhook={webhook} />}
      >
        {reason !== null && <p className={styles.why}>{t.reasons[reason]}</p>}
        {reason === null && failingSince !== null && (
          <p className={styles.why}>{t.failing(when(failingSince))}</p>
        )}
        <Deliveries webhook={webhook} />
        <Settings key={webhook.id} webhook={webhook} />
        <Secret webhook={webhook} />
        <Power webhook={webhook} />
      </Page>
    </>
  );
}
