import { Link } from '@tanstack/react-router';
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
      {moving.length > 0 && (
        <section aria-labelledby="under-way">
          <h2 id="under-way" className={classes.title}>
            {t.studio.feed.title}
          </h2>
          <CardGrid generations={moving} />
        </section>
      )}
      {undecided.length > 0 && (
        <section aria-labelledby="undecided">
          <h2 id="undecided" className={classes.title}>
            {t.studio.feed.undecided}
          </h2>
          <CardGrid generations={undecided} />
        </section>
      )}
      {/* The guide shows the first one itself. */}
      {finished.length > (isGuided ? 1 : 0) && (
        <section aria-labelledby="latest">
          <div className={classes.head}>
            <h2 id="latest" className={classes.title}>
              {t.studio.feed.recent}
            </h2>
            <Link to="/gallery">{t.studio.feed.seeAll}</Link>
          </div>
          <CardGrid generations={finished} />
        </section>
      )}
    </>
  );
}

/** No machine goes on with these: their owner decides. */
function waitsForWord({ status }: Generation): boolean {
  return status === 'outcome_unknown' || status === 'expired';
}
