import type { MinuteCount } from '../db/minute-repo.ts';

/** Different keys of one name within a minute; more would be a way to fill the database. */
const MOST_KEYS = 500;
/** What every further key is counted as. */
const REST = 'others';

export type MinuteCounters = ReturnType<typeof createMinuteCounters>;

/**
 * Keeps numbers by minute, in memory, until somebody takes them to the database.
 *
 * @param merge what two numbers of the same minute come to: `sum` of what is counted, `max` of what is measured
 */
export function createMinuteCounters(merge: 'sum' | 'max', now: () => number = Date.now) {
  let rows = new Map<string, MinuteCount>();
  const keysOf = new Map<string, number>();

  const join = (one: number, other: number) => (merge === 'sum' ? one + other : Math.max(one, other));

  function find(name: string, key: string): MinuteCount {
    const minute = new Date(Math.floor(now() / 60_000) * 60_000);
    const of = `${name}\0${minute.getTime()}`;
    const id = `${of}\0${key}`;
    const known = rows.get(id);
    if (known) return known;
    const keys = keysOf.get(of) ?? 0;
    if (keys >= MOST_KEYS && key !== REST) return find(name, REST);
    keysOf.set(of, keys + 1);
    const row = { minute, name, key, count: 0 };
    rows.set(id, row);
    return row;
  }

  return {
    add(name: string, key = '', value = 1): void {
      const row = find(name, key);
      row.count = join(row.count, value);
    },
    /** Empties it. */
    take(): MinuteCount[] {
      const taken = [...rows.values()];
      rows = new Map();
      keysOf.clear();
      return taken;
    },
    /** Puts back what could not be written; after a long time without a database, the newest of it. */
    putBack(taken: readonly MinuteCount[]): void {
      for (const row of taken.slice(-MOST_KEYS)) {
        const id = `${row.name}\0${row.minute.getTime()}\0${row.key}`;
        const known = rows.get(id);
        if (known) known.count = join(known.count, row.count);
        else rows.set(id, row);
      }
    },
  };
}
