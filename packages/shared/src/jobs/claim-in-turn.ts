import { setTimeout as sleep } from 'node:timers/promises';
import type { IQueueBackend } from 'bullmq';

/** The methods that may claim the next job. */
const CLAIMING = ['moveToActive', 'moveToCompleted', 'moveToFailed'] as const;
/** Where the database is away, nobody is to stand behind those who wait for it. Milliseconds from a turn's begin. */
const LONGEST_TURN_MS = 5_000;
/** Postgres' `deadlock_detected`. */
const DEADLOCK = '40P01';
const ATTEMPTS = 5;

/**
 * Has the claims of one queue made in turn. Each begins by setting free all jobs that are due (BullMQ's
 * `move_to_active`), and two that do so at once lock the same rows in different orders: Postgres lets them wait for a
 * second and then ends one. Where that still happens, with another process, the one that was ended is done again: its
 * transaction left nothing behind.
 */
export function claimInTurn<Backend extends IQueueBackend>(backend: Backend): Backend {
  let turn: Promise<unknown> = Promise.resolve();
  for (const name of CLAIMING) {
    // What goes in and comes out is passed on as it is.
    const claim = backend[name].bind(backend) as (...args: unknown[]) => Promise<unknown>;
    const inTurn = (...args: unknown[]): Promise<unknown> => {
      const claimed = turn.then(() => unlessDeadlocked(() => claim(...args)));
      const over = claimed.catch(() => {});
      turn = turn.then(() => Promise.race([over, sleep(LONGEST_TURN_MS, undefined, { ref: false })]));
      return claimed;
    };
    Object.assign(backend, { [name]: inTurn });
  }
  return backend;
}

async function unlessDeadlocked<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      const isDeadlock = (error as { code?: unknown } | null)?.code === DEADLOCK;
      if (!isDeadlock || attempt === ATTEMPTS) throw error;
    }
  }
}
