import { describe, expect, it, vi } from 'vitest';
import { accepted, adapterOf, CALL, callErrorOf, withSimulator } from './support/genaipro.ts';
import { done, json, page, scripted } from './support/scripted.ts';
import type { Reply } from './support/servers.ts';

const html = '<html><h1>Scheduled maintenance</h1></html>';

describe('a poll that failed is thrown, to be made again later', () => {
  it.each<[string, Reply, object]>([
    ['500', { status: 500, body: '{"error":"internal server error"}' }, { status: 500 }],
    [
      'a page with 503',
      { status: 503, body: html, headers: { 'retry-after': '4' } },
      { status: 503, retryAfterMs: 4_000 },
    ],
    ['a page with 200', { status: 200, body: html }, { status: 200 }],
    ['a page with 404', { status: 404, body: html }, { status: 404 }],
    [
      '429',
      { status: 429, body: '{}', headers: { 'retry-after': '9' } },
      { status: 429, retryAfterMs: 9_000 },
    ],
    ['a bare 401', { status: 401, body: 'No access token found' }, { status: 401 }],
    ['401', { status: 401, body: '{"error":"invalid_api_key"}' }, { status: 401 }],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, { status: 302 }],
    ['half an answer', { status: 200, body: '{"id":"a","sta' }, { status: 200 }],
    ['an answer without a status', { status: 200, body: '{}' }, { status: 200 }],
  ])('%s', async (_what, reply, expected) => {
    const single = await scripted({ tasks: { a: reply } });
    expect(await callErrorOf(single.provider.poll(['a'], CALL))).toMatchObject(expected);
    const several = await scripted({ pages: [reply] });
    expect(await callErrorOf(several.provider.poll(['a', 'b'], CALL))).toMatchObject(expected);
  });

  it('but not where something final was learned: the rest is pending', async () => {
    const { provider } = await scripted({ pages: [page([done('a')])], tasks: { b: { status: 500 } } });
    expect(Object.fromEntries(await provider.poll(['a', 'b'], CALL))).toMatchObject({
      a: { state: 'succeeded' },
      b: { state: 'pending' },
    });
  });

  it('a connection that is refused or given up', async () => {
    const error = await callErrorOf(adapterOf('http://127.0.0.1:1').poll(['a'], CALL));
    expect(error.status).toBeUndefined();
    const { provider } = await scripted({ tasks: { a: json(done('a')) } });
    await callErrorOf(provider.poll(['a'], { ...CALL, signal: AbortSignal.abort() }));
  });

  it('an answer without end', async () => {
    const { provider } = await scripted({ tasks: { a: { body: 'x'.repeat(9 * 1024 * 1024) } } });
    expect((await callErrorOf(provider.poll(['a'], CALL))).message).toContain('longer than');
  });
});

describe('against the simulator', () => {
  it('waits, then gives the files of all outputs', async () => {
    const { simulator, provider } = await withSimulator({ latencyMs: 60_000 });
    const ids = await accepted(provider, { count: 3 });
    expect([...(await provider.poll(ids, CALL)).values()]).toEqual(ids.map(() => ({ state: 'pending' })));
    simulator.completeTasks();
    await vi.waitFor(async () => {
      const reports = await provider.poll(ids, CALL);
      expect(ids.map((id) => reports.get(id))).toEqual(
        ids.map(() => ({ state: 'succeeded', urls: [expect.stringMatching(/^http.*\.mp4\?/)] })),
      );
    }, 20_000);
  });

  it('tells which of several were filtered', async () => {
    const { provider } = await withSimulator();
    const ids = await accepted(provider, { prompt: 'x [sim:filtered=1]', count: 2 });
    await vi.waitFor(async () => {
      const reports = await provider.poll(ids, CALL);
      expect(ids.map((id) => reports.get(id))).toMatchObject([
        { state: 'failed', failure: { code: 'content_filtered', reason: 'UNSAFE_GENERATION' } },
        { state: 'succeeded' },
      ]);
    }, 20_000);
  });

  it.each([
    ['unsafe_generation', 'content_filtered'],
    ['audio_filtered', 'content_filtered'],
    ['create_failed', 'provider_failed'],
    ['upload_failed', 'provider_failed'],
    ['no_file_urls', 'no_result'],
  ])('%s ends as %s, asked alone or with others', async (fault, code) => {
    const { provider } = await withSimulator();
    const [id = ''] = await accepted(provider, { prompt: `x [sim:${fault}]` });
    const [other = ''] = await accepted(provider);
    expect((await provider.poll([id], CALL)).get(id)).toMatchObject({ failure: { code } });
    expect((await provider.poll([id, other], CALL)).get(id)).toMatchObject({ failure: { code } });
  });

  it('finds what the histories leave out', async () => {
    const { provider } = await withSimulator({ latencyMs: 60_000 });
    const [shown = ''] = await accepted(provider);
    const [hidden = ''] = await accepted(provider, { prompt: 'y [sim:history_omits]' });
    expect((await provider.poll([shown, hidden, 'no-such-id'], CALL)).get(hidden)).toEqual({
      state: 'pending',
    });
    expect((await provider.poll([shown, hidden, 'no-such-id'], CALL)).get('no-such-id')).toEqual({
      state: 'missing',
    });
  });

  it.each([
    ['poll_500', { status: 500 }],
    ['poll_503_html', { status: 503 }],
    ['poll_html', { status: 200 }],
    ['poll_rate_limited=5', { status: 429, retryAfterMs: 5_000 }],
    ['poll_no_access_token', { status: 401 }],
    ['poll_drop', {}],
  ])('%s is thrown', async (fault, expected) => {
    const { provider } = await withSimulator();
    const ids = await accepted(provider, { prompt: `x [sim:${fault}]`, count: 2 });
    expect(await callErrorOf(provider.poll(ids, CALL))).toMatchObject(expected);
    expect(await callErrorOf(provider.poll(ids.slice(0, 1), CALL))).toMatchObject(expected);
  });

  it('poll_not_found is missing', async () => {
    const { provider } = await withSimulator();
    const [id = ''] = await accepted(provider, { prompt: 'x [sim:poll_not_found]' });
    expect((await provider.poll([id], CALL)).get(id)).toEqual({ state: 'missing' });
  });
});
