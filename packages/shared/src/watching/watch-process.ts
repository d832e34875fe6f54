import { statfs } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Transaction } from '../db/client.ts';
import { addCounts, raiseGauges } from '../db/minute-repo.ts';
import { createMinuteCounters, type MinuteCounters } from './minute-counters.ts';

const NANOSECONDS = 1e6;
const RESOLUTION_MS = 20;

export interface Watch {
  /** What happens, to be counted by whoever sees it. */
  counts: MinuteCounters;
  /** How this process is, right now. */
  measure(): Promise<ProcessState>;
  /** Ends it; what was counted is written first. */
  close(): Promise<void>;
}

export interface ProcessState {
  loopLagMs: number;
  memoryMb: number;
  diskUsedPercent: number | null;
}

/**
 * Watches over this process, and brings what it counted into Postgres every so often. Where the database is away, it is
 * kept for a while.
 *
 * @param options.process what it is called, such as `api:1234`
 * @param options.folder a folder of the disk that files are on
 */
export function watchProcess(options: {
  db: Transaction;
  process: string;
  folder: string;
  everyMs: number;
  onError: (error: unknown) => void;
}): Watch {
  const { db, process: name, folder, everyMs, onError } = options;
  const counts = createMinuteCounters('sum');
  const gauges = createMinuteCounters('max');
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();

  async function measure(): Promise<ProcessState> {
    const disk = await statfs(folder).catch(() => null);
    return {
      // What it would be without any delay is taken off.
      loopLagMs: Math.max(0, delay.max / NANOSECONDS - RESOLUTION_MS),
      memoryMb: process.memoryUsage.rss() / 1e6,
      diskUsedPercent: disk && disk.blocks > 0 ? (1 - disk.bavail / disk.blocks) * 100 : null,
    };
  }

  async function write(): Promise<void> {
    const { loopLagMs, memoryMb, diskUsedPercent } = await measure();
    delay.reset();
    gauges.add('loop_lag_ms', name, loopLagMs);
    gauges.add('memory_mb', name, memoryMb);
    if (diskUsedPercent !== null) gauges.add('disk_used_percent', 'storage', diskUsedPercent);
    await bring(gauges, raiseGauges);
    await bring(counts, addCounts);
  }

  /** What cannot be written now is kept for the next time. */
  async function bring(counters: MinuteCounters, put: typeof addCounts): Promise<void> {
    const taken = counters.take();
    try {
      await put(db, taken);
    } catch (error) {
      counters.putBack(taken);
      throw error;
    }
  }

  const timer = setInterval(() => void write().catch(onError), everyMs);
  timer.unref();
  return {
    counts,
    measure,
    async close() {
      clearInterval(timer);
      delay.disable();
      await write().catch(onError);
    },
  };
}
