import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Generation, Key } from '../api/types.ts';
import { refreshBudgets } from '../data/budgets.ts';
import { applyGeneration, forgetGeneration, generationKeys } from '../data/generation-cache.ts';
import { applyKey } from '../data/keys.ts';
import type { StreamEvent, StreamState } from './open-event-stream.ts';
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

  useEffect(
    () =>
      shareStream('/v1/events', {
        onEvent: (event) => applyEvent(client, event, onEnd),
        onState: (next) => {
          setState(next);
          if (next === 'refused') void client.invalidateQueries({ queryKey: ['me'] });
        },
        onGap: () => {
          void client.invalidateQueries({ queryKey: generationKeys.all });
          void client.invalidateQueries({ queryKey: ['keys'] });
        },
      }),
    [client, onEnd],
  );

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

/** What the service tells, put where it is shown. The stream sends what the API answers of each. */
function applyEvent(
  client: QueryClient,
  { name, data }: StreamEvent,
  onEnd: (generation: Generation) => void,
): void {
  switch (name) {
    case 'generation': {
      const next = JSON.parse(data) as Generation;
      if (!applyGeneration(client, next)) return;
      refreshBudgets(client);
      onEnd(next);
      return;
    }
    case 'deleted':
      forgetGeneration(client, (JSON.parse(data) as { id: string }).id);
      return;
    case 'key':
      applyKey(client, JSON.parse(data) as Key);
      return;
    case 'account':
      // Another project, or another role: anything may look different.
      void client.invalidateQueries();
  }
}
