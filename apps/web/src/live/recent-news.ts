import type { Query, QueryClient } from '@tanstack/react-query';

/** No answer takes longer than that: the browser gave up long before. Milliseconds. */
const KEPT_MS = 120_000;

/**
 * What the service told while something was being read: an answer may be older than the news that overtook it. Once it
 * is there, whatever was heard since it was asked for is put in again.
 *
 * @param show puts a piece of news where it belongs; what is there already stays as it is
 */
export function createRecentNews<News>(client: QueryClient, show: (news: News) => void) {
  const heard = new Map<string, { news: News; at: number }>();
  const askedAt = new WeakMap<Query, number>();

  const unsubscribe = client.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated') return;
    const { action, query } = event;
    if (action.type === 'fetch') askedAt.set(query, performance.now());
    if (action.type !== 'success' || action.manual) return;
    const since = askedAt.get(query);
    if (since === undefined) return;
    for (const { news, at } of [...heard.values()]) if (at >= since) show(news);
  });

  return {
    /** Keeps it as the last that was heard of `id`. */
    remember(id: string, news: News): void {
      const at = performance.now();
      heard.delete(id);
      heard.set(id, { news, at });
      for (const [old, entry] of heard) {
        if (at - entry.at <= KEPT_MS) break;
        heard.delete(old);
      }
    },

    close: unsubscribe,
  };
}
