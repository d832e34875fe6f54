import { fromParts, type Money, toParts, type Unit } from './money.ts';

/** What may be spent in each unit, in ten-thousandths of it. */
export type Budget = ReadonlyMap<Unit, bigint>;

/** Amounts as the settings write them, such as `50credits`. Of two in one unit the lower holds. */
export function toBudget(amounts: readonly string[]): Budget {
  const budget = new Map<Unit, bigint>();
  for (const text of amounts) {
    const unit: Unit = text.endsWith('usd') ? 'usd' : 'credits';
    const parts = toParts(text.slice(0, -unit.length));
    const known = budget.get(unit);
    budget.set(unit, known === undefined || parts < known ? parts : known);
  }
  return budget;
}

/** An amount as part of a sentence. */
export function toWords(parts: bigint, unit: Unit): string {
  const { amount }: Money = fromParts(parts < 0n ? 0n : parts, unit);
  if (unit === 'usd') return `$${amount}`;
  return `${amount} ${amount === '1' ? 'credit' : 'credits'}`;
}

/** The month that a time lies in, by UTC. */
export function monthOf(time: Date): { start: Date; end: Date } {
  const [year, month] = [time.getUTCFullYear(), time.getUTCMonth()];
  return { start: new Date(Date.UTC(year, month)), end: new Date(Date.UTC(year, month + 1)) };
}
