import { vi } from 'vitest';

/** Far longer than it should ever take. Milliseconds. */
const TIMEOUT_MS = 10_000;

export interface SentEvent {
  event: string;
  id: string | undefined;
  data: Record<string, unknown>;
}

/** Opens a stream of server-sent events, and keeps what comes. Throws where it is refused. */
export async function openStream(url: string, headers: Record<string, string>) {
  const ended = new AbortController();
  const response = await fetch(url, { headers, signal: ended.signal });
  if (!response.ok || !response.body) throw new Error(`The stream was answered ${response.status}.`);
  let text = '';
  const end = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  })();
  end.catch(() => {}); // Closed by us.
  const seen = () => text.split('\n\n').slice(0, -1).flatMap(toEvent);
  const find = <T>(what: string, look: () => T | undefined) =>
    vi.waitFor(
      () => {
        const found = look();
        if (found === undefined) throw new Error(`There is no ${what} in:\n${text}`);
        return found;
      },
      { timeout: TIMEOUT_MS, interval: 20 },
    );
  await find('beginning', () => (text.includes('retry:') ? text : undefined));

  return {
    /** Resolves once the server ended it in order; throws where it broke off. */
    end,
    seen,
    /** The first event that fits, among those that came and those that will. */
    next: (what: string, fits: (event: SentEvent) => boolean) => find(what, () => seen().find(fits)),
    close: () => ended.abort(),
  };
}

function toEvent(block: string): SentEvent[] {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const [event, data] = [fields.get('event'), fields.get('data')];
  return event && data ? [{ event, id: fields.get('id'), data: JSON.parse(data) }] : [];
}
