import { Button } from '@mantine/core';
import type { Me } from '../../api/types.ts';
import { useBlockedNetworks, useUnblockNetwork } from '../../data/admin.ts';
import { adminText } from '../../strings/en/admin.ts';
import { when } from '../../strings/format.ts';
import forms from '../../ui/form.module.css';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';

const { networks: t } = adminText;

/** Which networks are turned away, for going on after they were told to wait. */
export function Networks({ me }: { me: Me }) {
  const { data: blocked, error, refetch } = useBlockedNetworks();
  const unblock = useUnblockNetwork();
  if (!blocked) return <Pending error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <p className={forms.note}>{t.intro}</p>
      {blocked.data.length === 0 && <p className={forms.note}>{t.none}</p>}
      {blocked.data.length > 0 && (
        <Rows label={adminText.views.networks}>
          {blocked.data.map(({ network, reason, until }) => (
            <Row
              key={network}
              name={network}
              actions={
                me.role === 'admin' && (
                  <Button
                    size="sm"
                    aria-label={t.letInOf(network)}
                    loading={unblock.isPending}
                    onClick={() =>
                      unblock.mutate(network, { onSuccess: () => toast(t.isLetIn), onError: toastProblem })
                    }
                  >
                    {t.letIn}
                  </Button>
                )
              }
            >
              <p>
                {t.until(when(until))} · {reason}
              </p>
            </Row>
          ))}
        </Rows>
      )}
    </>
  );
}
