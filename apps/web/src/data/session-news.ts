import type { QueryClient } from '@tanstack/react-query';

const NAME = 'veogate-session';

/** Tells the other tabs of this browser that somebody signed in or out here. */
export function tellSessionChanged(): void {
  const channel = new BroadcastChannel(NAME);
  channel.postMessage('changed');
  channel.close();
}

/** Reads everything anew when another tab signed in or out: nothing of one person is shown to another. */
export function followSession(client: QueryClient): void {
  new BroadcastChannel(NAME).onmessage = () => void client.resetQueries();
}
