import type { Readable } from 'node:stream';
import type { GenerationErrorCode } from '../domain/errors/generations.ts';
import type { Kind, ProviderId } from '../domain/models.ts';

/** What a provider is asked to make. Params hold only what the user chose; the rest stays off the wire. */
export interface SubmitRequest {
  model: string;
  kind: Kind;
  prompt: string;
  count: number;
  params: Readonly<Record<string, string>>;
  /** In the order of the kind's roles. */
  images: readonly InputImage[];
}

export interface InputImage {
  bytes: Uint8Array<ArrayBuffer>;
  mimeType: string;
}

/** Why something ended badly: a code of the catalogue, and the provider's own words (scrubbed, at most 500 characters). */
export interface ProviderFailure {
  code: GenerationErrorCode;
  reason: string;
}

/**
 * What is known after a submit.
 *
 * - `accepted`: the provider gave these ids; it will bill.
 * - `rejected`: the provider said no in so many words (an explicit 4xx); it will not bill.
 * - `not_sent`: it certainly did not take it: DNS failure, connection refused, connect or TLS failure, 429. The code
 *   says why, to whoever waits.
 * - `unknown`: anything else; it may have accepted, and must never be asked again by a machine.
 */
export type SubmitOutcome =
  | { outcome: 'accepted'; operationIds: readonly string[] }
  | { outcome: 'rejected'; failure: ProviderFailure }
  | { outcome: 'not_sent'; code: GenerationErrorCode; reason: string; retryAfterMs?: number }
  | { outcome: 'unknown'; reason: string };

/** How one operation stands. `missing`: the provider does not show it (now). */
export type OperationReport =
  | { state: 'pending' }
  | { state: 'succeeded'; urls: readonly string[] }
  | { state: 'failed'; failure: ProviderFailure }
  | { state: 'missing' };

/** What the free check of a key tells. `refused` proves nothing alone; `unclear` says nothing about the key. */
export type KeyReport =
  | { state: 'accepted'; quota: KeyQuota | null }
  | { state: 'refused'; failure: ProviderFailure }
  | { state: 'unclear'; reason: string; retryAfterMs?: number };

export interface KeyQuota {
  total: number;
  used: number;
  /** RFC 3339. */
  expires_at: string | null;
}

/** Thrown by a call that can simply be made again later: polls, checks, downloads. Never by a submit. */
export class ProviderCallError extends Error {
  override readonly name = 'ProviderCallError';
  readonly status: number | undefined;
  /** Milliseconds, where the provider said so. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { status?: number; retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** An attempt whose answer was lost, to be looked for in the provider's history. */
export interface LostAttempt {
  prompt: string;
  count: number;
  /** When the call began. */
  startedAt: Date;
}

export interface HistoryEntry {
  operationId: string;
  prompt: string;
  createdAt: Date;
}

export interface CallOptions {
  /** In plain text; goes into a header and nowhere else. */
  secret: string;
  signal?: AbortSignal;
  /** Told of each request that the provider counts, by the endpoint that it counts it for. */
  onCall?: (endpoint: string) => void;
}

/** One service that makes videos. One file each; nothing outside knows its wire. */
export interface VideoProvider {
  id: ProviderId;
  /** What a person calls it. */
  name: string;
  /** Requests a minute that the provider allows per key and endpoint. */
  requestsPerMinute: number;
  /** The pacing endpoint that a submit of this kind spends from. */
  endpointOf(kind: Kind): string;
  /**
   * Makes the billable call, once, on a fresh connection, without redirects or retries. Never throws for what the
   * network or the provider did.
   *
   * @param options.timeoutMs for the whole call; when it passes the outcome is `unknown`
   */
  submit(request: SubmitRequest, options: CallOptions & { timeoutMs: number }): Promise<SubmitOutcome>;
  /** Asks about operations of one key, in as few calls as the provider allows. Every id asked for is answered. */
  poll(operationIds: readonly string[], options: CallOptions): Promise<Map<string, OperationReport>>;
  /** The newest entries of the key's history that are not older than `since`, where the provider has one. */
  listHistory?(since: Date, options: CallOptions): Promise<HistoryEntry[]>;
  /** The call that costs nothing. Never throws for what the network or the provider did. */
  checkKey(options: CallOptions): Promise<KeyReport>;
  /**
   * Opens a result for streaming. Follows redirects by hand and sends the key to the provider's own origin alone.
   * Throws a ProviderCallError; with status 403, 404 or 410 a fresh URL is needed.
   */
  download(url: string, options: CallOptions): Promise<Download>;
}

export interface Download {
  body: Readable;
  /** Bytes; null where the provider did not say. */
  contentLength: number | null;
}
