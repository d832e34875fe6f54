import { describe, expect, it } from 'vitest';
import type { OperationReport } from '../../src/providers/video-provider.ts';
import { CALL, SECRET } from './support/genaipro.ts';
import { doing, done, json, page, scripted } from './support/scripted.ts';

describe('how many calls a poll makes', () => {
  it('none for nothing', async () => {
    const { provider, paths } = await scripted({});
    expect(await provider.poll([], CALL)).toEqual(new Map());
    expect(paths()).toEqual([]);
  });

  it('one task for one id', async () => {
    const { provider, paths, seen } = await scripted({ tasks: { a: json(done('a')) } });
    const reports = await provider.poll(['a'], CALL);
    expect(reports.get('a')).toEqual({ state: 'succeeded', urls: ['https://f/a.mp4'] });
    expect(paths()).toEqual(['tasks/a']);
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${SECRET}`);
  });

  it('one page for several, where it shows them all', async () => {
    const { provider, paths } = await scripted({ pages: [page([doing('c'), done('b'), done('a')], 9)] });
    const reports = await provider.poll(['a', 'b', 'c', 'a'], CALL);
    expect([...reports].map(([id, { state }]) => [id, state])).toEqual([
      ['c', 'pending'],
      ['b', 'succeeded'],
      ['a', 'succeeded'],
    ]);
    expect(paths()).toEqual(['histories?page=1&page_size=100']);
  });

  it('further pages, at most three, then the tasks that are still missing', async () => {
    const others = ['x', 'y', 'z'].map(done);
    const { provider, paths } = await scripted({
      pages: [page(others, 9), page([done('a')], 9), page(others, 9), page([done('b')], 9)],
      tasks: { b: json(doing('b')) },
    });
    const reports = await provider.poll(['a', 'b', 'c'], CALL);
    expect(Object.fromEntries([...reports].map(([id, { state }]) => [id, state]))).toEqual({
      a: 'succeeded',
      b: 'pending',
      c: 'missing',
    });
    expect(
      paths()
        .slice(0, 3)
        .map((path) => path.slice(0, 16)),
    ).toEqual(['histories?page=1', 'histories?page=2', 'histories?page=3']);
    expect(paths().slice(3).sort()).toEqual(['tasks/b', 'tasks/c']);
  });

  it('no page after the last', async () => {
    const { provider, paths } = await scripted({ pages: [page([done('a')], 1)] });
    await provider.poll(['a', 'b'], CALL);
    expect(paths()).toEqual(['histories?page=1&page_size=100', 'tasks/b']);
  });

  it('not more single tasks than the pace allows, and the rest the next time', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => `id-${index}`);
    const { provider, paths } = await scripted({
      pages: [page([])],
      tasks: Object.fromEntries(ids.map((id) => [id, json(doing(id))])),
    });
    const reports = await provider.poll(ids, CALL);
    expect([...reports.keys()].sort()).toEqual([...ids].sort());
    expect(paths()).toHaveLength(11);
  });

  it('escapes an id', async () => {
    const { provider, paths } = await scripted({ tasks: { 'a/b?c': json(done('a')) } });
    expect((await provider.poll(['a/b?c'], CALL)).get('a/b?c')).toMatchObject({ state: 'succeeded' });
    expect(paths()).toEqual(['tasks/a%2Fb%3Fc']);
  });
});

describe('how an operation stands', () => {
  it.each<[string, unknown, OperationReport]>([
    ['processing', doing('a'), { state: 'pending' }],
    ['a status that is not documented', { id: 'a', status: 'queued' }, { state: 'pending' }],
    [
      'completed with one file_url',
      { id: 'a', status: 'completed', file_url: 'https://f/1' },
      { state: 'succeeded', urls: ['https://f/1'] },
    ],
    [
      'completed with several',
      { id: 'a', status: 'completed', file_urls: ['https://f/1', '', null, 'https://f/2'] },
      { state: 'succeeded', urls: ['https://f/1', 'https://f/2'] },
    ],
    [
      'completed with none',
      { id: 'a', status: 'completed', file_urls: [] },
      { state: 'failed', failure: { code: 'no_result', reason: expect.any(String) } },
    ],
    ...[
      'UNSAFE_GENERATION',
      'AUDIO_FILTERED',
      'PUBLIC_ERROR_PROMINENT_PEOPLE_UPLOAD',
      'blocked by safety policy',
    ].map((error): [string, unknown, OperationReport] => [
      error,
      { id: 'a', status: 'failed', error },
      { state: 'failed', failure: { code: 'content_filtered', reason: error } },
    ]),
    ...['Create video failed', 'Failed to upload image, please try again'].map(
      (error): [string, unknown, OperationReport] => [
        error,
        { id: 'a', status: 'failed', error },
        { state: 'failed', failure: { code: 'provider_failed', reason: error } },
      ],
    ),
    [
      'failed without a reason',
      { id: 'a', status: 'failed', error: '' },
      { state: 'failed', failure: { code: 'provider_failed', reason: 'The provider gave no reason.' } },
    ],
  ])('%s', async (_what, task, report) => {
    const { provider } = await scripted({ tasks: { a: json(task) } });
    expect((await provider.poll(['a'], CALL)).get('a')).toEqual(report);
  });

  it('takes the reason of a failure from the task, because the list has none', async () => {
    const { provider, paths } = await scripted({
      pages: [page([{ ...doing('a'), status: 'failed' }, done('b')])],
      tasks: { a: json({ id: 'a', status: 'failed', error: 'UNSAFE_GENERATION' }) },
    });
    expect((await provider.poll(['a', 'b'], CALL)).get('a')).toMatchObject({
      failure: { code: 'content_filtered' },
    });
    expect(paths()).toHaveLength(2);
  });

  it('asks a second time before it believes that a completed one has no file', async () => {
    const { provider } = await scripted({
      pages: [page([{ ...done('a'), file_urls: [] }, done('b')])],
      tasks: { a: json(done('a')) },
    });
    expect((await provider.poll(['a', 'b'], CALL)).get('a')).toMatchObject({ state: 'succeeded' });
  });

  it('scrubs the reason', async () => {
    const { provider } = await scripted({
      tasks: { a: json({ id: 'a', status: 'failed', error: `token ${SECRET} failed\u0007` }) },
    });
    expect((await provider.poll(['a'], CALL)).get('a')).toMatchObject({
      failure: { reason: 'token [key] failed' },
    });
  });
});
