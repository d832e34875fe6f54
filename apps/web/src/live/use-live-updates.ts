import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Generation, Key } from '../api/types.ts';
import { refreshBudgets } from '../data/budgets.ts';
import { applyGeneration, forgetGeneration, generationKeys } from '../data/generation-cache.ts';
import { applyKey } from '../data/keys.ts';
import type { StreamEvent, StreamState } from './open-event-stream.ts';
import { createRecentNews } from './recent-news.ts';
import { shareStream } from './share-stream.ts';

/** A moment without a connection is nothing to alarm anybody with. Milliseconds. */
const PATIENCE_MS = 3_000;

/**
 * Keeps everything that is shown true while it is mounted.
 *
 * @param onEnd hears of each generation that ends while somebody looks
 * @returns whether the connection has been lost for a while
 */
export function useLiveUpdates(onEnd: (generation: Generation) => void): boolean {
  const client = useQueryClient();
  const [state, setState] = useState<StreamState>('connected');
  const [isLost, setLost] = useState(false);

  useEffect(() => {
    const recent = createRecentNews<News>(client, (news) => show(client, news));
    const leave = shareStream('/v1/events', {
      onEvent: (event) => {
        // Another project, or another role: anything may look different.
        if (event.name === 'account') void client.invalidateQueries();
        const news = toNews(event);
        if (!news) return;
        recent.remember(news.of.id, news);
        const ended = show(client, news);
        if (!ended) return;
        refreshBudgets(client);
        onEnd(ended);
      },
      onState: (next) => {
        setState(next);
        if (next === 'refused') void client.invalidateQueries({ queryKey: ['me'] });
      },
      onGap: () => {
        void client.invalidateQueries({ queryKey: generationKeys.all });
        void client.invalidateQueries({ queryKey: ['keys'] });
      },
    });
    return () => {
      leave();
      recent.close();
    };
  }, [client, onEnd]);

  useEffect(() => {
    if (state === 'connected') {
      setLost(false);
      return;
    }
    const timer = setTimeout(() => setLost(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [state]);

  return isLost;
}

/** A piece of what the service tells; the stream sends what the API answers of each. */
type News =
  | { name: 'generation'; of: Generation }
  | { name: 'deleted'; of: { id: string } }
  | { name: 'key'; of: Key };

function toNews({ name, data }: StreamEvent): News | undefined {
  if (name !== 'generation' && name !== 'deleted' && name !== 'key') return undefined;
  return { name, of: JSON.parse(data) } as News;
}

/**
 * Puts it where it is shown.
 *
 * @returns the generation that has ended by this
 */
function show(client: QueryClient, news: News): Generation | undefined {
  switch (news.name) {
    case 'generation':
      return applyGeneration(client, news.of) ? news.of : undefined;
    case 'deleted':
      forgetGeneration(client, news.of.id);
      return undefined;
    case 'key':
      applyKey(client, news.of);
      return undefined;
  }
}
