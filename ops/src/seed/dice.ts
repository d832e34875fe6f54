export type Dice = ReturnType<typeof createDice>;

/** Numbers that look like chance and are the same every time (mulberry32). */
export function createDice(start: number) {
  let state = start;
  function number(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const whole = (least: number, most: number) => least + Math.floor(number() * (most - least + 1));
  const hex = (length: number) => Array.from({ length }, () => whole(0, 15).toString(16)).join('');

  return {
    /** From 0 to 1. */
    number,
    whole,
    one: <T>(of: readonly T[]): T => of[whole(0, of.length - 1)] as T,
    weighted<T extends { weight: number }>(of: readonly T[]): T {
      let left = number() * of.reduce((sum, { weight }) => sum + weight, 0);
      for (const each of of) {
        left -= each.weight;
        if (left < 0) return each;
      }
      return of[0] as T;
    },
    letters: (length: number) =>
      Array.from({ length }, () => String.fromCharCode(97 + whole(0, 25))).join(''),
    /** A UUID of version 7 (RFC 9562) of that time. Milliseconds since 1970. */
    uuid(at: number): string {
      const time = Math.floor(at).toString(16).padStart(12, '0');
      return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-8${hex(3)}-${hex(12)}`;
    },
  };
}
