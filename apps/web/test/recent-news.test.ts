import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { createRecentNews } from '../src/live/recent-news.ts';

const queryKey = ['all'];

/** A list whose answers come when they are let go, and the news that reaches it meanwhile. */
function open() {
  const client = new QueryClient();
  const put = (entry: string) =>
    client.setQueryData<string[]>(queryKey, (all) => all && [...new Set([...all, entry])]);
  const recent = createRecentNews(client, put);
  const ask = () => {
    let answer: (all: string[]) => void = () => {};
    const answered = new Promise<string[]>((resolve) => {
      answer = resolve;
    });
    const read = client.fetchQuery({ queryKey, queryFn: () => answered });
    return async (all: string[]) => {
      answer(all);
      await read;
      return client.getQueryData(queryKey);
    };
  };
  return { ask, recent };
}

describe('what is heard while a list is read', () => {
  it('is shown in an answer that is older than it', async () => {
    const { ask, recent } = open();
    const answer = ask();
    recent.remember('a', 'a');
    expect(await answer(['b'])).toEqual(['b', 'a']);
  });

  it('is the last of each alone', async () => {
    const { ask, recent } = open();
    const answer = ask();
    recent.remember('a', 'first of a');
    recent.remember('b', 'b');
    recent.remember('a', 'last of a');
    expect(await answer([])).toEqual(['b', 'last of a']);
  });

  it('says nothing to what is asked for later', async () => {
    const { ask, recent } = open();
    recent.remember('a', 'a');
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await ask()(['b'])).toEqual(['b']);
  });

  it('says nothing once it is closed', async () => {
    const { ask, recent } = open();
    const answer = ask();
    recent.remember('a', 'a');
    recent.close();
    expect(await answer(['b'])).toEqual(['b']);
  });
});
