import { UsageError } from './command.ts';

/** The value of an option that is a whole number. Throws a UsageError where it is none, or too large. */
export function toWhole(name: string, text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new UsageError(`--${name} is a whole number from 1 to ${most}.`);
}
