import { createParser } from 'eventsource-parser';

/** The service sends a sign of life every 15 seconds; without one for so long, the connection is dead. */
const SILENCE_MS = 40_000;
/** After a machine slept, so much silence is already suspicious. */
const SUSPICIOUS_MS = 20_000;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 15_000;

export interface StreamEvent {
  name: string;
  /** JSON, as it came. */
  data: string;
  /** Where to go on after a break; undefined where the event carries none. */
  id: string | undefined;
}

export type StreamState = 'connected' | 'reconnecting' | 'refused';

interface Options {
  url: string;
  /** Asked at every connection. */
  lastEventId: () => string | undefined;
  onEvent: (event: StreamEvent) => void;
  onState: (state: StreamState) => void;
  signal: AbortSignal;
}

/**
 * Reads server-sent events until `signal` ends it, and connects again whenever the connection breaks, falls silent or
 * the machine wakes up. By `fetch`, since EventSource shows no signs of life and cannot begin at an id. `refused`: the
 * session is over; it does not try again.
 */
export async function openEventStream({
  url,
  lastEventId,
  onEvent,
  onState,
  signal,
}: Options): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    signal.addEventListener('abort', stop);
    let heardAt = Date.now();
    const endIfSilent = (limit: number) => Date.now() - heardAt > limit && attempt.abort();
    const watchdog = setInterval(() => endIfSilent(SILENCE_MS), 5_000);
    const onWake = () => document.visibilityState === 'visible' && endIfSilent(SUSPICIOUS_MS);
    document.addEventListener('visibilitychange', onWake);
    addEventListener('online', stop);
    try {
      const from = lastEventId();
      const headers = from === undefined ? undefined : { 'last-event-id': from };
      const response = await fetch(url, {
        signal: attempt.signal,
        cache: 'no-store',
        ...(headers && { headers }),
      });
      if (response.status === 401 || response.status === 403) {
        onState('refused');
        return;
      }
      if (!response.ok || !response.body)
        throw new Error(`The event stream was answered ${response.status}.`);
      failures = 0;
      onState('connected');
      const parser = createParser({
        onEvent: ({ event = 'message', data, id }) => onEvent({ name: event, data, id }),
      });
      for await (const text of chunksOf(response.body)) {
        heardAt = Date.now();
        parser.feed(text);
      }
    } catch {
      // Whatever it was, the answer is to connect again.
    } finally {
      clearInterval(watchdog);
      document.removeEventListener('visibilitychange', onWake);
      removeEventListener('online', stop);
      signal.removeEventListener('abort', stop);
      attempt.abort();
    }
    if (signal.aborted) return;
    onState('reconnecting');
    await pause(Math.min(RETRY_MIN_MS * 2 ** failures, RETRY_MAX_MS), signal);
    failures += 1;
  }
}

async function* chunksOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Ends early when the browser comes back online, or at `signal`. Spread out, so that not all tabs come at once. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms * (0.75 + Math.random() / 2));
    addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
}
