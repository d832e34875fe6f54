import type { Money, Unit } from '../domain/money.ts';
import { fromParts, toParts } from '../domain/money.ts';

/** A decimal column and its unit as money; null where the column is. */
export function toMoney(
  amount: { toFixed(digits: number): string } | null,
  unit: string | null,
): Money | null {
  return amount === null || unit === null ? null : fromParts(toParts(amount.toFixed(4)), unit as Unit);
}

/** A JSON column that only ever holds an object of strings. */
export function toStrings(json: unknown): Record<string, string> {
  return json as Record<string, string>;
}

/** When a UUID of version 7 was made, in milliseconds since 1970 (RFC 9562, 5.7). */
export function timeOfUuid(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}
