import { useState } from 'react';
import type { UsageSearch } from '../../data/watching.ts';
import { watchingText } from '../../strings/en/watching.ts';
import { t as shell } from '../../strings/en.ts';
import { Page } from '../../ui/page.tsx';
import classes from './usage.module.css';
import { daysAgo } from './usage-course.tsx';
import { type spans, UsageView } from './usage-view.tsx';

/** What somebody generated and spent, for themselves. */
export function UsagePage() {
  const [span, setSpan] = useState<(typeof spans)[number]>('30');
  const [by, setBy] = useState<UsageSearch['by']>('day');
  return (
    <Page documentTitle={shell.app.titles.usage} title={watchingText.usage.title}>
      <div className={classes.column}>
        <UsageView
          search={{ from: daysAgo(Number(span)), by }}
          span={span}
          everybody={false}
          onChange={(change) => {
            if (change.span) setSpan(change.span);
            const next = change.by ?? (change.span === '365' ? 'week' : change.span === '1' ? 'hour' : 'day');
            setBy(next);
          }}
          linkTo={null}
        />
      </div>
    </Page>
  );
}
