import { openEventStream, type StreamEvent, type StreamState } from './open-event-stream.ts';

const NAME = 'veogate-events';

type Message =
  | { type: 'event'; event: StreamEvent }
  | { type: 'state'; state: StreamState }
  /** A tab that has just opened asks how things stand. */
  | { type: 'hello' };

interface Handlers {
  onEvent: (event: StreamEvent) => void;
  onState: (state: StreamState) => void;
  /** Changes may have been missed: read everything again. */
  onGap: () => void;
}

/**
 * One event stream for all tabs of this browser. Whoever holds the lock keeps the connection and passes on what comes;
 * when that tab closes, the next one takes over where it ended. Browsers allow six connections to one server, so a
 * stream for each tab would leave none for anything else.
 *
 * @returns how to end this tab's part
 */
export function shareStream(url: string, { onEvent, onState, onGap }: Handlers): () => void {
  const ended = new AbortController();
  const channel = new BroadcastChannel(NAME);
  let lastEventId: string | undefined;
  let state: StreamState | undefined;
  let leads = false;

  const take = (message: Message): void => {
    switch (message.type) {
      case 'event':
        lastEventId = message.event.id ?? lastEventId;
        onEvent(message.event);
        return;
      case 'state':
        // What came between is told again from `lastEventId`, where there is one.
        if (message.state === 'connected' && state !== 'connected' && lastEventId === undefined) onGap();
        state = message.state;
        onState(message.state);
        return;
      case 'hello':
        if (leads && state) channel.postMessage({ type: 'state', state } satisfies Message);
    }
  };
  channel.onmessage = ({ data }: MessageEvent<Message>) => take(data);
  channel.postMessage({ type: 'hello' } satisfies Message);

  const tell = (message: Message): void => {
    if (ended.signal.aborted) return;
    channel.postMessage(message);
    take(message);
  };

  const lead = (): Promise<void> => {
    leads = true;
    return openEventStream({
      url,
      lastEventId: () => lastEventId,
      onEvent: (event) => tell({ type: 'event', event }),
      onState: (next) => tell({ type: 'state', state: next }),
      signal: ended.signal,
    });
  };
  // Locks exist on secure pages only; without them each tab has a stream of its own.
  const turn = navigator.locks?.request(NAME, { signal: ended.signal }, lead) ?? lead();
  turn.catch(() => {}); // Ended while it waited for its turn.

  return () => {
    ended.abort();
    channel.close();
  };
}
