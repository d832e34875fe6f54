import { describe, expect, it } from 'vitest';
import type { SubmitOutcome } from '../../src/providers/video-provider.ts';
import { adapterOf, SECRET, submit, withSimulator } from './support/genaipro.ts';
import { afterRequest, freePort, type Reply, serve, serveRaw } from './support/servers.ts';

const html = '<!DOCTYPE html><html><body><h1>Error 1010</h1></body></html>';
const error = (text: string) => JSON.stringify({ error: text });

async function outcomeOf(reply: Reply): Promise<SubmitOutcome> {
  const { url, seen } = await serve(() => reply);
  const result = await submit(adapterOf(url));
  expect(seen).toHaveLength(1);
  return result;
}

describe('accepted: every answer that gives ids', () => {
  it.each<[string, Reply, string[]]>([
    ['202', { status: 202, body: '{"histories":[{"id":"a","status":"processing"}]}' }, ['a']],
    ['200', { status: 200, body: '{"histories":[{"id":"a"}]}' }, ['a']],
    [
      'of several, all',
      { status: 202, body: '{"histories":[{"id":"a"},{"id":"b"},{"id":"a"}]}' },
      ['a', 'b'],
    ],
    ['of an image', { status: 202, body: '{"id":"img","status":"processing","file_urls":[]}' }, ['img']],
    ['beside broken entries', { status: 202, body: '{"histories":[null,{"id":""},{"id":"a"},7]}' }, ['a']],
    ['a number', { status: 202, body: '{"histories":[{"id":17}]}' }, ['17']],
    [
      'whatever the type says',
      { status: 202, headers: { 'content-type': 'text/html' }, body: '{"id":"a"}' },
      ['a'],
    ],
  ])('%s', async (_what, reply, operationIds) => {
    expect(await outcomeOf(reply)).toEqual({ outcome: 'accepted', operationIds });
  });
});

describe('unknown: everything that may hide an acceptance', () => {
  it.each<[string, Reply]>([
    ['a web page with 200', { status: 200, body: html }],
    ['202 without a body', { status: 202 }],
    ['202 with half an answer', { status: 202, body: '{"histories":[{"id":"a"' }],
    ['202 without ids', { status: 202, body: '{"histories":[]}' }],
    ['202 with something else', { status: 202, body: '["a"]' }],
    ['200 with an error', { status: 200, body: error('insufficient quota') }],
    ['204', { status: 204 }],
    ['a redirect', { status: 302, headers: { location: '/login' } }],
    ['the 1010 page of Cloudflare', { status: 403, body: html }],
    ['a 404 page', { status: 404, body: html }],
    ['a 401 page', { status: 401, body: html }],
    ['a 4xx that says nothing', { status: 400, body: '{}' }],
    ['a 4xx in unknown plain words', { status: 400, body: 'nope' }],
    ['408', { status: 408, body: error('timeout') }],
    ['500', { status: 500, body: error('internal server error') }],
    ['502', { status: 502, body: html }],
    ['503', { status: 503, body: html }],
    ['504', { status: 504, body: '' }],
    ['deep nonsense', { status: 400, body: `${'{"error":'.repeat(20_000)}1${'}'.repeat(20_000)}` }],
  ])('%s', async (_what, reply) => {
    expect(await outcomeOf(reply)).toEqual({
      outcome: 'unknown',
      reason: expect.stringMatching(/^The provider/),
    });
  });

  it('a time-out', async () => {
    const { url } = await serveRaw((socket) => void socket.resume());
    expect(await submit(adapterOf(url), {}, 100)).toMatchObject({ outcome: 'unknown' });
  });

  it('a reset after the request', async () => {
    const { url } = await serveRaw(afterRequest((socket) => socket.resetAndDestroy()));
    expect(await submit(adapterOf(url))).toMatchObject({ outcome: 'unknown' });
  });
});

describe('rejected: a no in so many words', () => {
  it.each<[number, string, string]>([
    [401, error('token_is_empty'), 'key_invalid'],
    [401, error('invalid_token'), 'key_invalid'],
    [401, error('invalid_api_key'), 'key_invalid'],
    [401, 'No access token found', 'key_refused'],
    [401, '"No access token found"', 'key_refused'],
    [401, error('No access token found'), 'key_refused'],
    [402, error('insufficient quota'), 'quota_exceeded'],
    [402, 'insufficient quota', 'quota_exceeded'],
    [400, error('insufficient quota'), 'quota_exceeded'],
    [400, error('Aspect ratio must be VIDEO_ASPECT_RATIO_LANDSCAPE'), 'invalid_parameter'],
    [400, '{"error":{"message":"Prompt is required"}}', 'invalid_parameter'],
    [400, error('UNSAFE_GENERATION'), 'content_filtered'],
    [403, '{"message":"forbidden"}', 'provider_rejected'],
    [404, '{"detail":"not found"}', 'provider_rejected'],
    [404, error('This model models/veo is no longer available to new users.'), 'model_retired'],
    [400, error('The model veo_3 has been retired'), 'model_retired'],
    [422, error('invalid request'), 'invalid_parameter'],
    [409, error('try another model'), 'provider_rejected'],
  ])('%i %s', async (status, body, code) => {
    const result = await outcomeOf({ status, body });
    expect(result).toEqual({ outcome: 'rejected', failure: { code, reason: expect.any(String) } });
  });

  it('gives the reason in the words of the provider, fit to be shown', async () => {
    const words = `Bad\u0000 key ${SECRET}\nof ${SECRET.slice(0, 20)} \u202eevil ${'x'.repeat(600)}`;
    const result = await outcomeOf({ status: 400, body: error(words) });
    if (result.outcome !== 'rejected') throw new Error(result.outcome);
    expect(result.failure.reason).toMatch(/^Bad {2}key \[key\] of \[key\] {2}evil x+$/);
    expect(result.failure.reason).toHaveLength(500);
  });
});

describe('not sent: 429, and no connection', () => {
  const inSeconds = (seconds: number) => String(Math.round(Date.now() / 1000) + seconds);
  it.each<[string, () => Record<string, string>, number | undefined]>([
    ['Retry-After in seconds', () => ({ 'retry-after': '7' }), 7_000],
    ['Retry-After as a date', () => ({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() }), 60_000],
    ['X-RateLimit-Reset since 1970', () => ({ 'x-ratelimit-reset': inSeconds(30) }), 30_000],
    ['X-RateLimit-Reset in ms', () => ({ 'x-ratelimit-reset': `${inSeconds(30)}000` }), 30_000],
    ['X-RateLimit-Reset from now', () => ({ 'x-ratelimit-reset': '12' }), 12_000],
    ['the first before the second', () => ({ 'retry-after': '5', 'x-ratelimit-reset': '12' }), 5_000],
    ['a time that has passed', () => ({ 'x-ratelimit-reset': inSeconds(-30) }), undefined],
    ['nonsense, then sense', () => ({ 'retry-after': 'soon', 'x-ratelimit-reset': '3' }), 3_000],
    ['ages', () => ({ 'retry-after': '999999' }), 90_000_000],
    ['nothing', () => ({}), undefined],
  ])('with %s', async (_what, headers, expected) => {
    const result = await outcomeOf({ status: 429, headers: headers(), body: error('rate limit exceeded') });
    if (result.outcome !== 'not_sent') throw new Error(result.outcome);
    if (expected === undefined) expect(result).not.toHaveProperty('retryAfterMs');
    else expect(Math.abs((result.retryAfterMs ?? 0) - expected)).toBeLessThan(2_000);
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['of a minute', { 'retry-after': '40' }, 'rate limit exceeded', 'provider_rate_limited'],
    ['of a day, by how long it lasts', { 'retry-after': '50000' }, 'slow down', 'provider_daily_limit'],
    ['of a day, by its words', {}, 'Daily limit of 200 videos reached', 'provider_daily_limit'],
  ])('tells a limit %s', async (_what, headers, words, code) => {
    expect(await outcomeOf({ status: 429, headers, body: error(words) })).toMatchObject({ code });
  });

  it('also where a web page says so', async () => {
    expect(await outcomeOf({ status: 429, body: html })).toMatchObject({ outcome: 'not_sent' });
  });

  it('where nobody listens', async () => {
    const nobody = adapterOf(`http://127.0.0.1:${await freePort()}`);
    expect(await submit(nobody)).toEqual({
      outcome: 'not_sent',
      code: 'provider_unreachable',
      reason: 'No connection could be made (ECONNREFUSED).',
    });
  });
});

describe('against the simulator', () => {
  it.each<[string, string]>([
    ['drop_before_accept', 'unknown'],
    ['html_before_accept', 'unknown'],
    ['html_503_before_accept', 'unknown'],
    ['error_500_before_accept', 'unknown'],
    ['cloudflare_1010', 'unknown'],
    ['rate_limited=9', 'not_sent'],
    ['rate_limited_reset=9', 'not_sent'],
    ['insufficient_quota', 'rejected'],
    ['bad_request', 'rejected'],
    ['no_access_token', 'rejected'],
  ])('nothing was accepted: %s is %s', async (fault, outcome) => {
    const { simulator, provider } = await withSimulator();
    const result = await submit(provider, { prompt: `x [sim:${fault}]` });
    expect(result).toMatchObject({
      outcome,
      ...(outcome === 'not_sent' ? { retryAfterMs: expect.any(Number) } : {}),
    });
    expect(simulator.ledgerSummary()).toMatchObject({ submitsSeen: 1, accepted: 0 });
  });

  it.each([
    'drop_after_accept',
    'gateway_timeout_after_accept',
    'html_after_accept',
    'error_500_after_accept',
    'unparsable_after_accept',
    'empty_histories_after_accept',
    'hang_after_accept',
  ])('one was accepted: %s is unknown, and asked once', async (fault) => {
    const { simulator, provider } = await withSimulator();
    const timeoutMs = fault.startsWith('hang') ? 500 : 10_000;
    expect(await submit(provider, { prompt: `x [sim:${fault}]` }, timeoutMs)).toMatchObject({
      outcome: 'unknown',
    });
    expect(simulator.ledgerSummary()).toMatchObject({ submitsSeen: 1, accepted: 1 });
  });

  it('a slow answer is waited for', async () => {
    const { provider } = await withSimulator();
    expect(await submit(provider, { prompt: 'x [sim:slow_answer=300ms]' })).toMatchObject({
      outcome: 'accepted',
    });
  });

  it('a key that it does not know is invalid', async () => {
    const { simulator, provider } = await withSimulator();
    simulator.configureKey(SECRET, { status: 'revoked' });
    expect(await submit(provider)).toMatchObject({ outcome: 'rejected', failure: { code: 'key_invalid' } });
  });
});
