import type { Generation } from '../../api/types.ts';
import { usePendingDeletions } from '../../data/pending-deletions.ts';
import { t } from '../../strings/en.ts';
import classes from './card-grid.module.css';
import { GenerationCard } from './generation-card.tsx';

/**
 * Generations side by side, less those that were deleted a moment ago.
 *
 * @param brief says less of what went wrong; the generation's own page says all of it
 */
export function CardGrid({
  generations,
  brief = false,
}: {
  generations: readonly Generation[];
  brief?: boolean;
}) {
  const { isPending } = usePendingDeletions();
  return (
    <ul className={classes.grid}>
      {generations
        .filter(({ id }) => !isPending(id))
        .map((generation) => (
          <li key={generation.id}>
            <GenerationCard generation={generation} brief={brief} />
          </li>
        ))}
    </ul>
  );
}

/** Where cards will be. */
export function CardSkeletons({ count }: { count: number }) {
  return (
    <div className={classes.grid} role="status" aria-label={t.app.loading}>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike.
        <div key={index} className={classes.skeleton} />
      ))}
    </div>
  );
}
