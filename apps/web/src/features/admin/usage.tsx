import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Me } from '../../api/types.ts';
import type { UsageSearch } from '../../data/watching.ts';
import { watchingText } from '../../strings/en/watching.ts';
import { LinkButton } from '../../ui/app-link.tsx';
import forms from '../../ui/form.module.css';
import { daysAgo } from '../usage/usage-course.tsx';
import { type spans, UsageView } from '../usage/usage-view.tsx';

const route = getRouteApi('/signed-in/admin');
/** How long steps are where nobody says so: some dozens in any span. */
const usualStep = { '1': 'hour', '7': 'hour', '30': 'day', '90': 'day', '365': 'week' } as const;

/** What everybody generated and spent. */
export function Usage(_: { me: Me }) {
  const { user_id, project_id, key_id, model, by } = route.useSearch();
  const navigate = useNavigate();
  const [span, setSpan] = useState<(typeof spans)[number]>('30');
  const step = by === 'hour' || by === 'day' || by === 'week' ? by : usualStep[span];
  const narrowing = {
    ...(user_id && { user_id }),
    ...(project_id && { project_id }),
    ...(key_id && { key_id }),
    ...(model && { model }),
  };
  const search: UsageSearch = { ...narrowing, from: daysAgo(Number(span)), by: step };
  const isNarrowed = Object.keys(narrowing).length > 0;
  return (
    <>
      {isNarrowed && (
        <p className={forms.note}>
          {watchingText.usage.narrowed}{' '}
          <LinkButton size="sm" to="/admin" search={{ view: 'usage' }}>
            {watchingText.clear}
          </LinkButton>
        </p>
      )}
      <UsageView
        search={search}
        span={span}
        everybody
        onChange={(change) => {
          if (change.span) setSpan(change.span);
          const next = change.by ?? (change.span && usualStep[change.span]);
          if (next)
            void navigate({ to: '/admin', search: { view: 'usage', ...narrowing, by: next }, replace: true });
        }}
        linkTo={(more) => ({ ...narrowing, ...more })}
      />
    </>
  );
}
