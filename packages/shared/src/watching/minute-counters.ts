import type { MinuteCount } from '../db/minute-repo.ts';

/** Different keys of one name within a minute; more would be a way to fill the database. */
const MOST_KEYS = 500;
/** What every further key is counted as. */
const REST = 'others';

export type MinuteCounters = ReturnType<typeof createMinuteCounters>;

/** Counts things by minute, in memory, until somebody takes them to the database. */
export function createMinuteCounters(now: () => number = Date.now) {
  let rows = new Map<string, MinuteCount>();
  const keysOf = new Map<string, number>();

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
    count(name: string, key = ''): void {
      find(name, key).count += 1;
    },
    /** Keeps the highest. */
    raise(name: string, key: string, value: number): void {
      const row = find(name, key);
      row.count = Math.max(row.count, value);
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
        if (known) known.count += row.count;
        else rows.set(id, row);
      }
    },
  };
}
