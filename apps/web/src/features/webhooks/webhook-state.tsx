import type { Webhook } from '../../api/types.ts';
import { webhooksText as t } from '../../strings/en/webhooks.ts';
import { StateBadge } from '../../ui/state-badge.tsx';

/** Whether a webhook is on, and whether anything arrives there. */
export function WebhookState({ webhook: { state, failing_since, disabled_reason } }: { webhook: Webhook }) {
  if (state === 'disabled')
    return (
      <StateBadge tone={disabled_reason === 'owner' ? 'calm' : 'failed'}>{t.states.disabled}</StateBadge>
    );
  if (failing_since !== null) return <StateBadge tone="attention">{t.states.failing}</StateBadge>;
  return <StateBadge tone="done">{t.states.active}</StateBadge>;
}
