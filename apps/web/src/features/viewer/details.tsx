import type { Generation, Output } from '../../api/types.ts';
import { useKeys } from '../../data/keys.ts';
import { useModels } from '../../data/service.ts';
import { t } from '../../strings/en.ts';
import { bytes, roughly, secondsTaken, when } from '../../strings/format.ts';
import { priceText } from '../../ui/price.ts';
import classes from './facts.module.css';

/** Everything that was asked for, and what it came to. */
export function Details({ generation, output }: { generation: Generation; output: Output | undefined }) {
  const { model, kind, key_id, params, count, cost, estimate, created_at } = generation;
  const { data: models } = useModels();
  const { data: keys } = useKeys();
  const key = keys?.find(({ id }) => id === key_id);
  const taken = secondsTaken(generation);
  const rows: [string, string][] = [
    [t.viewer.model, models?.find(({ id }) => id === model)?.name ?? model],
    [t.viewer.kind, t.kinds[kind].name],
    ...Object.entries(params).map(([name, value]): [string, string] => [
      t.params[name] ?? name,
      t.paramValues[value] ?? value,
    ]),
    [t.viewer.count, t.viewer.countValue(count)],
    [t.viewer.key, key ? t.studio.keyOption(key.label, key.hint) : t.viewer.retiredKey],
    cost ? [t.viewer.cost, priceText(cost)] : [t.viewer.estimate, priceText(estimate.price)],
    [t.viewer.made, when(created_at)],
    ...(taken === undefined ? [] : [[t.viewer.took, roughly(taken)] satisfies [string, string]]),
    ...(output ? [[t.viewer.size, sizeOf(output)] satisfies [string, string]] : []),
    [t.viewer.id, generation.id],
  ];
  return (
    <section>
      <h2 className={classes.heading}>{t.viewer.details}</h2>
      <dl className={classes.list}>
        {rows.map(([name, value]) => (
          <div key={name} className={classes.row}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className={classes.quiet}>{t.viewer.deleteNote}</p>
    </section>
  );
}

function sizeOf({ width, height, byte_size }: Output): string {
  const pixels = width !== null && height !== null ? [`${width} × ${height}`] : [];
  return [...pixels, bytes(byte_size)].join(', ');
}
