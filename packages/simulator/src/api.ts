import type { DownloadRecord } from './context.ts';
import type { ActiveFault } from './faults/fault-book.ts';
import type { FaultSpec, FaultText } from './faults/fault-spec.ts';
import type { KeyConfig, KeyState } from './state/keys.ts';
import type { LedgerEntry, LedgerSummary } from './state/ledger.ts';
import type { TaskStatus } from './state/tasks.ts';

export interface SimulatorOptions {
  /** A loopback address or `localhost`; 127.0.0.1 where left out. Anything else is refused. */
  host?: string;
  /** 0, the default, takes any free port. */
  port?: number;
  /** How long a task takes, in milliseconds; 3000 where left out. A task never ends before its video is encoded. */
  latencyMs?: number;
  /** Where set, accepted tasks, the ledger and the keys survive a restart. Images are kept in `<stateFile>.images`. */
  stateFile?: string;
  /** `tiny` makes 320x180 clips of few frames, which cost next to nothing; `full`, the default, the size asked for. */
  videoSize?: 'full' | 'tiny';
  /** Requests a minute for each key and endpoint; 30, as the real service, where left out. Infinity: no limit. */
  rateLimitPerMinute?: number;
  /** How long a download URL is good for, in milliseconds; an hour where left out. */
  fileUrlTtlMs?: number;
  /** How far the provider's clock, which `created_at` shows, is ahead of this machine's; 0 where left out. */
  clockSkewMs?: number;
  /** How many bytes of finished videos and images are kept; 256 MiB where left out. What is dropped is made again. */
  cacheBytes?: number;
}

/** A task as the control surface shows it. */
export interface TaskView {
  id: string;
  provider: string;
  endpoint: string;
  keySha256: string;
  prompt: string;
  status: TaskStatus;
  error: string | null;
  acceptedAt: string;
  /** When it ends at the earliest; null for a task that never does. */
  dueAt: string | null;
  /** How many files it makes. */
  files: number;
  /** True for an entry put in by `injectHistory` or `history_twin`. */
  foreign: boolean;
}

export interface HistoryInjection {
  prompt: string;
  /** What `created_at` shows: RFC 3339, or now where left out. */
  createdAt?: string;
  provider?: string;
}

/** A running simulator. */
export interface Simulator {
  /** The origin it listens on, such as `http://127.0.0.1:4010`. */
  readonly url: string;
  /** Stands for `https://genaipro.vn/api`: the routes are `${genaiproUrl}/v2/veo/…`. */
  readonly genaiproUrl: string;
  /** One entry for each submit that was accepted, oldest first. */
  ledger(): LedgerEntry[];
  /**
   * Every submit request seen, also those refused.
   *
   * @param key counts only those that carried this key
   */
  submitsSeen(key?: string): number;
  /**
   * The prompts of submits that were not accepted although their client cannot know that, as after a dropped
   * connection: sending one of them again might have been billed twice. Since the start.
   */
  doubtfulSubmits(): string[];
  ledgerSummary(): LedgerSummary;
  tasks(): TaskView[];
  /** The last 10,000 download requests, oldest first. */
  downloads(): DownloadRecord[];
  configureKey(key: string, config: KeyConfig): KeyState;
  /** Puts these faults in the place of all that were set. */
  setFaults(faults: readonly (FaultSpec | FaultText)[]): void;
  addFaults(faults: readonly (FaultSpec | FaultText)[]): void;
  clearFaults(): void;
  faults(): ActiveFault[];
  /** Lets one task, or every unfinished one, end now. Returns how many. */
  completeTasks(id?: string): number;
  /** Puts an entry in a key's histories that no submit of the ledger made. Returns its id. */
  injectHistory(key: string, entry: HistoryInjection): string;
  close(): Promise<void>;
}
