import { Button } from '@mantine/core';
import { useSafety } from '../../data/admin.ts';
import { adminText } from '../../strings/en/admin.ts';
import forms from '../../ui/form.module.css';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import classes from './admin.module.css';

const { safety: t } = adminText;
const tones = { ok: 'done', warning: 'attention', missing: 'failed' } as const;

/** How safe this service is, and what to mend. */
export function Safety() {
  const { data: report, error, isFetching, refetch } = useSafety();
  if (!report) return <Pending error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <div className={classes.risk} data-risk={report.risk}>
        <h2 className={classes.riskTitle}>{t.risks[report.risk]}</h2>
        <p>{t.profile(report.profile)}</p>
        <p>{t.address(report.your_address)}</p>
        <p className={forms.note}>{t.addressHint}</p>
      </div>
      <Rows label={t.checks}>
        {report.checks.map(({ id, title, state, required, finding, mend }) => (
          <Row
            key={id}
            name={title}
            badge={
              <>
                <StateBadge tone={tones[state]}>{t.states[state]}</StateBadge>
                {required && <StateBadge tone="calm">{t.required}</StateBadge>}
              </>
            }
          >
            <p>{finding}</p>
            {mend !== null && state !== 'ok' && <p className={classes.mend}>{mend}</p>}
          </Row>
        ))}
      </Rows>
      <div className={forms.buttons}>
        <Button size="sm" loading={isFetching} onClick={() => void refetch()}>
          {t.again}
        </Button>
      </div>
    </>
  );
}
