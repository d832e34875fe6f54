import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Generation } from '../../api/types.ts';
import { isUnfinished } from '../../data/generation-cache.ts';
import { useGenerations, useUnfinished } from '../../data/generations.ts';
import { t } from '../../strings/en.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { CardGrid, CardSkeletons } from '../generation/card-grid.tsx';
import classes from './feed.module.css';

const LATEST = 6;

/** Everything that is under way, and the latest of what came of it. */
export function Feed({ isGuided }: { isGuided: boolean }) {
  const unfinished = useUnfinished();
  const latest = useGenerations({});
  const problem = unfinished.error ?? latest.error;
  const finished = latest.data?.pages
    .flatMap(({ data }) => data)
    .filter((generation) => !isUnfinished(generation))
    .slice(0, LATEST);

  if (problem && !finished) {
    return (
      <ProblemNotice
        error={problem}
        onRetry={() => {
          void unfinished.refetch();
          void latest.refetch();
        }}
      />
    );
  }
  if (!unfinished.data || !finished) return <CardSkeletons count={2} />;
  if (unfinished.data.length === 0 && finished.length === 0) {
    return isGuided ? null : <EmptyState title={t.studio.feed.empty} />;
  }
  const undecided = unfinished.data.filter(waitsForWord);
  const moving = unfinished.data.filter((generation) => !waitsForWord(generation));
  return (
    <>
      <Section id="under-way" title={t.studio.feed.title} generations={moving} />
      <Section id="undecided" title={t.studio.feed.undecided} generations={undecided} />
      {/* The guide shows the first one itself. */}
      {finished.length > (isGuided ? 1 : 0) && (
        <Section id="latest" title={t.studio.feed.recent} generations={finished}>
          <Link to="/gallery">{t.studio.feed.seeAll}</Link>
        </Section>
      )}
    </>
  );
}

/** Generations below a title, which may have something beside it; nothing where there are none. */
function Section({
  id,
  title,
  generations,
  children,
}: {
  id: string;
  title: string;
  generations: readonly Generation[];
  children?: ReactNode;
}) {
  if (generations.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <div className={classes.head}>
        <h2 id={id} className={classes.title}>
          {title}
        </h2>
        {children}
      </div>
      <CardGrid generations={generations} />
    </section>
  );
}

/** No machine goes on with these: their owner decides. */
function waitsForWord({ status }: Generation): boolean {
  return status === 'outcome_unknown' || status === 'expired';
}
