/** `usd`: dollars. `credits`: one GenAIPro credit. */
export type Unit = 'usd' | 'credits';

/** An exact amount with at most four decimals, as a string so that no float ever touches it. */
export interface Money {
  amount: string;
  unit: Unit;
}

const SCALE = 10_000n;

/** An amount such as `0.4` as ten-thousandths of its unit. Throws on more than four decimals. */
export function toParts(amount: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,4}))?$/.exec(amount);
  if (!match) throw new RangeError(`"${amount}" is not an amount with at most four decimals`);
  const [, sign, whole = '0', fraction = ''] = match;
  const parts = BigInt(whole) * SCALE + BigInt(fraction.padEnd(4, '0'));
  return sign ? -parts : parts;
}

/** Ten-thousandths as an amount: at least two decimals for dollars, none for whole credits. */
export function fromParts(parts: bigint, unit: Unit): Money {
  const digits = (parts < 0n ? -parts : parts).toString().padStart(5, '0');
  const whole = digits.slice(0, -4);
  const fraction = digits.slice(-4).replace(/0+$/, '');
  const shown = unit === 'usd' ? fraction.padEnd(2, '0') : fraction;
  return { amount: `${parts < 0n ? '-' : ''}${whole}${shown ? `.${shown}` : ''}`, unit };
}

/** `price` times a whole number. */
export function times(price: string, factor: number, unit: Unit): Money {
  return fromParts(toParts(price) * BigInt(factor), unit);
}
