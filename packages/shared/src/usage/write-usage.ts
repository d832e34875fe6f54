import { stringify } from 'csv-stringify/sync';
import { type Usage, usageOutcomes } from '../contracts/usage.ts';

const units = ['credits', 'usd'] as const;

/** Usage as CSV (RFC 4180): its names at the top, then one line for each hour, day or week. */
export function writeUsage({ by, steps }: Usage): string {
  const columns = [
    ...[by, 'generations', ...usageOutcomes, 'outputs', 'filtered'],
    ...units.flatMap((unit) => [`estimated_${unit}`, `settled_${unit}`]),
  ];
  const lines = steps.map((step) => [
    ...[step.at, step.generations, ...usageOutcomes.map((name) => step[name]), step.outputs, step.filtered],
    ...units.flatMap((unit) => {
      const spend = step.spend.find(({ settled }) => settled.unit === unit);
      return [spend?.estimated.amount ?? '0', spend?.settled.amount ?? '0'];
    }),
  ]);
  return stringify([columns, ...lines]);
}
