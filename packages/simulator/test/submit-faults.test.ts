import { describe, expect, it, vi } from 'vitest';
import type { FaultText, LedgerAnswer } from '../src/index.ts';
import { clientOf, errorOf, failureOf, KEY, OTHER_KEY, start } from './support/client.ts';

describe('a fault before acceptance leaves the ledger empty', () => {
  it.each<[FaultText, number, string]>([
    ['html_before_accept', 200, 'text/html'],
    ['html_503_before_accept', 503, 'text/html'],
    ['cloudflare_1010', 403, 'text/html'],
    ['error_500_before_accept', 500, 'application/json'],
    ['insufficient_quota', 402, 'application/json'],
    ['bad_request', 400, 'application/json'],
    ['no_access_token', 401, 'text/plain'],
    ['rate_limited', 429, 'application/json'],
    ['rate_limited_reset', 429, 'application/json'],
    ['daily_limit', 429, 'application/json'],
    ['model_retired', 404, 'application/json'],
    ['invalid_api_key', 401, 'application/json'],
  ])('%s', async (fault, status, type) => {
    const simulator = await start();
    const response = await clientOf(simulator).submit(`x [sim:${fault}]`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      expect.stringContaining(type),
    ]);
    expect(simulator.ledgerSummary()).toEqual({ submitsSeen: 1, accepted: 0, entries: [] });
    expect((await clientOf(simulator).histories()).total).toBe(0);
  });

  it('is counted for its key', async () => {
    const simulator = await start();
    await clientOf(simulator).submit('x [sim:bad_request]');
    expect([simulator.submitsSeen(KEY), simulator.submitsSeen(OTHER_KEY)]).toEqual([1, 0]);
  });

  it('drop_before_accept', async () => {
    const simulator = await start();
    expect(await failureOf(clientOf(simulator).submit('x [sim:drop_before_accept]'))).toBe('ECONNRESET');
    expect(simulator.ledgerSummary()).toMatchObject({ submitsSeen: 1, accepted: 0 });
  });

  it('hang_before_accept', async () => {
    const simulator = await start();
    const giveUp = new AbortController();
    const submit = clientOf(simulator).post(
      'text-to-video',
      submitBody('x [sim:hang_before_accept]'),
      giveUp.signal,
    );
    await vi.waitFor(() => expect(simulator.submitsSeen()).toBe(1), 20_000);
    giveUp.abort();
    expect(await failureOf(submit)).toBe('AbortError');
    expect(simulator.ledger()).toEqual([]);
  });

  it('says in words and headers what the service says', async () => {
    const client = clientOf(await start());
    expect((await client.submit('x [sim:rate_limited=7]')).headers.get('retry-after')).toBe('7');
    const reset = await client.submit('x [sim:rate_limited_reset=60]');
    expect(Number(reset.headers.get('x-ratelimit-reset')) - Date.now() / 1000).toBeGreaterThan(55);
    expect(await (await client.submit('x [sim:no_access_token]')).text()).toBe('No access token found');
    expect(await errorOf(await client.submit('x [sim:insufficient_quota]'))).toEqual([
      402,
      'insufficient quota',
    ]);
    expect(await errorOf(await client.submit('x [sim:daily_limit]'))).toEqual([429, 'daily limit exceeded']);
    expect(await errorOf(await client.submit('x [sim:model_retired]'))).toEqual([
      404,
      expect.stringMatching(/^This model .* is no longer available/),
    ]);
    expect(await (await client.submit('x [sim:cloudflare_1010]')).text()).toContain('1010');
  });
});

describe('a fault after acceptance leaves a task that is billed', () => {
  it.each<[FaultText, LedgerAnswer, number, string]>([
    ['gateway_timeout_after_accept', '504', 504, '504 Gateway Time-out'],
    ['html_after_accept', 'html', 200, 'maintenance'],
    ['error_500_after_accept', '500', 500, 'internal server error'],
    ['empty_histories_after_accept', 'empty', 202, '{"histories":[]}'],
    ['slow_answer=20ms', 'slow', 202, '"processing"'],
  ])('%s', async (fault, answered, status, text) => {
    const simulator = await start();
    const client = clientOf(simulator);
    const response = await client.submit(`x [sim:${fault}]`);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(text);
    expect(simulator.ledger()).toMatchObject([
      { seq: 1, answered, keyHint: 'abcd', prompt: `x [sim:${fault}]` },
    ]);
    const { data } = await client.histories();
    expect(data.map(({ id }) => id)).toEqual(simulator.ledger()[0]?.operationIds);
    expect((await client.credits()).used).toBe(1);
  });

  it('unparsable_after_accept', async () => {
    const simulator = await start();
    const response = await clientOf(simulator).submit('x [sim:unparsable_after_accept]');
    expect(response.status).toBe(202);
    await expect(response.json()).rejects.toThrow(SyntaxError);
    expect(simulator.ledger()).toMatchObject([{ answered: 'unparsable' }]);
  });

  it('drop_after_accept', async () => {
    const simulator = await start();
    expect(await failureOf(clientOf(simulator).submit('x [sim:drop_after_accept]'))).toBe('ECONNRESET');
    expect(simulator.ledger()).toMatchObject([{ answered: 'dropped' }]);
  });

  it('hang_after_accept', async () => {
    const simulator = await start();
    const giveUp = new AbortController();
    const submit = clientOf(simulator).post(
      'text-to-video',
      submitBody('x [sim:hang_after_accept]'),
      giveUp.signal,
    );
    await vi.waitFor(() => expect(simulator.ledger()).toMatchObject([{ answered: 'hang' }]), 20_000);
    giveUp.abort();
    expect(await failureOf(submit)).toBe('AbortError');
  });
});

describe('how faults are counted and matched', () => {
  it('counts a directive for each key and prompt', async () => {
    const simulator = await start();
    const statuses = async (key: string, prompt: string, times: number) => {
      const seen: number[] = [];
      for (let time = 0; time < times; time += 1)
        seen.push((await clientOf(simulator, key).submit(prompt)).status);
      return seen;
    };
    expect(await statuses(KEY, 'a [sim:rate_limited*2]', 3)).toEqual([429, 429, 202]);
    expect(await statuses(KEY, 'b [sim:rate_limited*2]', 3)).toEqual([429, 429, 202]);
    expect(await statuses(OTHER_KEY, 'a [sim:rate_limited*2]', 3)).toEqual([429, 429, 202]);
  });

  it('applies one fault after the other where several are asked', async () => {
    const simulator = await start();
    const client = clientOf(simulator);
    const prompt = 'x [sim:rate_limited*1] [sim:error_500_before_accept*1] [sim:html_after_accept*1]';
    const seen: number[] = [];
    for (let time = 0; time < 4; time += 1) seen.push((await client.submit(prompt)).status);
    expect(seen).toEqual([429, 500, 200, 202]);
    expect(simulator.ledger().map(({ answered }) => answered)).toEqual(['html', 'ok']);
  });

  it('limits a set fault to a key, a prompt, an endpoint and a number of times', async () => {
    const simulator = await start();
    const [one, other] = [clientOf(simulator), clientOf(simulator, OTHER_KEY)];
    simulator.setFaults([
      { name: 'bad_request', key: KEY, promptIncludes: 'fox', endpoint: 'text-to-video', times: 1 },
    ]);
    expect((await other.submit('a fox')).status).toBe(202);
    expect((await one.submit('a hen')).status).toBe(202);
    expect(simulator.faults()).toMatchObject([{ name: 'bad_request', remaining: 1 }]);
    expect((await one.submit('a fox')).status).toBe(400);
    expect((await one.submit('a fox')).status).toBe(202);
  });

  it('replaces, adds and clears what is set', async () => {
    const simulator = await start();
    const client = clientOf(simulator);
    simulator.setFaults(['bad_request']);
    simulator.setFaults(['insufficient_quota*1']);
    simulator.addFaults([{ name: 'rate_limited', value: 3 }]);
    expect((await client.submit('x')).status).toBe(402);
    expect((await client.submit('x')).status).toBe(429);
    simulator.clearFaults();
    expect((await client.submit('x')).status).toBe(202);
  });

  it('refuses a fault that it does not know', async () => {
    const simulator = await start();
    expect(() => simulator.setFaults([{ name: 'latency', value: 'soon' }])).toThrow('"soon" is no value');
    expect(() => simulator.setFaults([{ name: 'bad_request', times: 0 }])).toThrow('1 or more');
    expect(() => simulator.setFaults([{ name: 'bad_request', value: 1 }])).toThrow('takes no value');
  });
});

function submitBody(prompt: string): object {
  return { prompt, aspect_ratio: 'VIDEO_ASPECT_RATIO_LANDSCAPE', number_of_videos: 1 };
}
