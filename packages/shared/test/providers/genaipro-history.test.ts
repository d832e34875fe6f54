import { describe, expect, it } from 'vitest';
import { accepted, CALL, callErrorOf, SECRET, submit, withSimulator } from './support/genaipro.ts';
import { done, page, scripted } from './support/scripted.ts';

describe('the history', () => {
  const entry = (id: string, createdAt: unknown) => ({ ...done(id), created_at: createdAt });
  const since = new Date('2026-11-24T07:00:00Z');

  it('ends with the first page that shows nothing new enough', async () => {
    const { provider, paths } = await scripted({
      pages: [
        page([entry('a', '2026-11-24T07:00:05Z'), entry('b', '2026-11-24T14:00:00+07:00')], 9),
        page([entry('c', '2026-11-24T06:59:59Z')], 9),
        page([entry('d', '2026-11-24T08:00:00Z')], 9),
      ],
    });
    const history = await provider.listHistory?.(since, CALL);
    expect(history?.map(({ operationId }) => operationId)).toEqual(['a', 'b']);
    expect(paths()).toHaveLength(2);
  });

  it('keeps an entry whose time cannot be read, because it may be one of the new', async () => {
    const { provider } = await scripted({
      pages: [page([entry('a', '2026-11-24 07:00:05'), entry('b', 7), { created_at: 'Z' }, null])],
    });
    const history = await provider.listHistory?.(since, CALL);
    expect(history?.map(({ operationId }) => operationId)).toEqual(['a', 'b']);
    expect(history?.every(({ createdAt }) => Number.isNaN(createdAt.getTime()))).toBe(true);
  });

  it('is no answer where it is too long to read to its end', async () => {
    const pages = Array.from({ length: 20 }, (_, index) =>
      page([entry(`id-${index}`, '2026-11-24T09:00:00Z')], 20),
    );
    const { provider, paths } = await scripted({ pages });
    await callErrorOf(provider.listHistory?.(since, CALL));
    expect(paths()).toHaveLength(7);
  });

  it('of the simulator is listed back to a time', async () => {
    const { simulator, provider } = await withSimulator();
    const since = new Date(Date.now() - 60_000);
    simulator.injectHistory(SECRET, {
      prompt: 'old',
      createdAt: new Date(Date.now() - 120_000).toISOString(),
    });
    const [id = ''] = await accepted(provider, { prompt: 'mine' });
    await submit(provider, { prompt: 'lost [sim:drop_after_accept]' });
    const history = await provider.listHistory?.(since, CALL);
    expect(history?.map(({ prompt }) => prompt)).toEqual(['lost [sim:drop_after_accept]', 'mine']);
    expect(history?.[1]).toEqual({ operationId: id, prompt: 'mine', createdAt: expect.any(Date) });
  });
});
