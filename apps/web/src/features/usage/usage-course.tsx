import type { Usage } from '../../api/types.ts';
import type { AdminSearch } from '../../data/admin-search.ts';
import { useUsage } from '../../data/watching.ts';
import { watchingText } from '../../strings/en/watching.ts';
import { day, when } from '../../strings/format.ts';
import { type Bar, BarChart, type PartTone } from '../../ui/bar-chart.tsx';
import { Pending } from '../../ui/rows.tsx';

const { generations: g, usage: t } = watchingText;
const outcomes = ['succeeded', 'in_progress', 'outcome_unknown', 'canceled', 'expired', 'failed'] as const;
const tones: Readonly<Record<(typeof outcomes)[number], PartTone>> = {
  succeeded: 'done',
  in_progress: 'working',
  outcome_unknown: 'attention',
  canceled: 'calm',
  expired: 'attention',
  failed: 'failed',
};

/** What everybody generated in the last days. */
export function UsageCourse({ label }: { label: string }) {
  const { data, error, refetch } = useUsage({ by: 'day', from: daysAgo(14) }, { everybody: true });
  if (!data) return <Pending error={error} onRetry={() => void refetch()} />;
  return <GenerationsChart label={label} usage={data} narrowing={{}} />;
}

/** Generations over time, by how they ended; of everybody, each bar leads to those behind it. */
export function GenerationsChart({
  label,
  usage,
  narrowing,
}: {
  label: string;
  usage: Usage;
  /** Null where there is nothing to lead to. */
  narrowing: AdminSearch | null;
}) {
  const bars = usage.steps.map((step, index): Bar => {
    const until = usage.steps[index + 1]?.at ?? usage.to;
    return {
      key: step.at,
      title: usage.by === 'hour' ? when(step.at) : day(step.at),
      parts: outcomes.map((name) => ({ name: g.outcomes[name], value: step[name], tone: tones[name] })),
      ...(narrowing && { to: { ...narrowing, view: 'generations' as const, from: step.at, to: until } }),
    };
  });
  return <BarChart label={label} bars={bars} from={day(usage.from)} to={day(lastOf(usage))} />;
}

/** What was spent over time, in one unit. */
export function SpendChart({ usage, unit }: { usage: Usage; unit: 'credits' | 'usd' }) {
  const bars = usage.steps.map((step): Bar => {
    const spend = step.spend.find(({ settled }) => settled.unit === unit);
    const settled = Number(spend?.settled.amount ?? 0);
    const open = Math.max(0, Number(spend?.estimated.amount ?? 0) - settled);
    return {
      key: step.at,
      title: usage.by === 'hour' ? when(step.at) : day(step.at),
      parts: [
        { name: t.settled, value: settled, tone: 'working' },
        { name: t.estimated, value: step.in_progress > 0 ? open : 0, tone: 'calm' },
      ],
    };
  });
  return (
    <BarChart
      label={t.spendCourse(t.spendUnit[unit])}
      bars={bars}
      from={day(usage.from)}
      to={day(lastOf(usage))}
    />
  );
}

function lastOf({ to }: Usage): string {
  return new Date(Date.parse(to) - 1).toISOString();
}

/** A time so many days ago, on the hour, so that it is the same question for a while. */
export function daysAgo(days: number): string {
  const hour = 3_600_000;
  return new Date(Math.floor(Date.now() / hour) * hour - days * 24 * hour).toISOString();
}
