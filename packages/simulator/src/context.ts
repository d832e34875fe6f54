import type { FaultBook } from './faults/fault-book.ts';
import type { FileLinks } from './http/file-links.ts';
import type { MediaStore } from './media/media-store.ts';
import type { Journal } from './state/journal.ts';
import type { Keyring } from './state/keys.ts';
import type { Ledger } from './state/ledger.ts';
import type { RateLimiter } from './state/rate-limit.ts';
import type { TaskStore } from './state/tasks.ts';

/** The options of a simulator, with every default filled in. */
export interface ResolvedOptions {
  host: string;
  port: number;
  latencyMs: number;
  stateFile: string | undefined;
  videoSize: 'full' | 'tiny';
  rateLimitPerMinute: number;
  fileUrlTtlMs: number;
  clockSkewMs: number;
  cacheBytes: number;
}

/** What one running simulator is made of. There are no globals: several run side by side in one process. */
export interface SimulatorContext {
  options: ResolvedOptions;
  now: () => number;
  /** The origin it listens on, without a slash at the end. */
  url: () => string;
  /** Aborted when the simulator closes, so that slow answers end. */
  closing: AbortSignal;
  faults: FaultBook;
  keys: Keyring;
  ledger: Ledger;
  tasks: TaskStore;
  rates: RateLimiter;
  journal: Journal;
  media: MediaStore;
  links: FileLinks;
  downloads: DownloadRecord[];
}

/** One download request, so that a test can see what a client sent where. */
export interface DownloadRecord {
  at: string;
  /** The Host header: tells 127.0.0.1 from localhost. */
  host: string;
  path: string;
  taskId: string;
  /** Whether an Authorization or x-goog-api-key header came with it. */
  carriedKey: boolean;
  status: number;
  fault: string | null;
}
