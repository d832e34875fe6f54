import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../src/index.ts';
import { bytesOf, clientOf, firstUrl, KEY, start } from './support/client.ts';
import { formOf, picture } from './support/pictures.ts';
import { stateFile } from './support/state-file.ts';

describe('the control surface over HTTP', () => {
  const call = (url: string, method: string, body?: unknown): Promise<Response> =>
    fetch(url, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });

  it('shows the ledger and the tasks', async () => {
    const simulator = await start();
    await clientOf(simulator).submitted('a fox', {
      number_of_videos: 2,
      callback_url: 'https://example.com/hook',
    });
    const ledger = await (await call(`${simulator.url}/_simulator/ledger`, 'GET')).json();
    expect(ledger).toEqual(simulator.ledgerSummary());
    expect(ledger).toEqual({
      submitsSeen: 1,
      accepted: 1,
      entries: [
        {
          seq: 1,
          acceptedAt: expect.any(String),
          provider: 'genaipro',
          endpoint: 'text-to-video',
          keyHint: KEY.slice(-4),
          keySha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          prompt: 'a fox',
          aspectRatio: 'VIDEO_ASPECT_RATIO_LANDSCAPE',
          operationIds: [expect.any(String), expect.any(String)],
          count: 2,
          imageCount: 0,
          callbackUrl: 'https://example.com/hook',
          answered: 'ok',
        },
      ],
    });
    const tasks = (await (await call(`${simulator.url}/_simulator/tasks`, 'GET')).json()) as object[];
    expect(tasks).toHaveLength(2);
    expect(JSON.stringify([ledger, tasks])).not.toContain(KEY);
  });

  it('sets keys and faults, injects histories and completes tasks', async () => {
    const simulator = await start({ latencyMs: 60_000 });
    const client = clientOf(simulator);
    const control = `${simulator.url}/_simulator`;
    await call(`${control}/keys/${KEY}`, 'PUT', { quota: 7, used: 2 });
    expect(await client.credits()).toMatchObject({ quota: 7, used: 2 });

    await call(`${control}/faults`, 'POST', 'bad_request*1');
    await call(`${control}/faults`, 'POST', [{ name: 'insufficient_quota', key: KEY, times: 1 }]);
    expect(await (await call(`${control}/faults`, 'GET')).json()).toHaveLength(2);
    expect((await client.submit('x')).status).toBe(400);
    expect((await call(`${control}/faults`, 'DELETE')).status).toBe(204);
    const [entry] = await client.submitted('x');

    const completed = await call(`${control}/tasks/${entry?.id}/complete`, 'POST');
    expect(await completed.json()).toEqual({ completed: 1 });
    expect((await client.ended(entry?.id ?? '')).status).toBe('completed');
    const injected = await call(`${control}/keys/${KEY}/histories`, 'POST', { prompt: 'y' });
    expect(injected.status).toBe(201);
    expect((await client.histories()).data[0]?.prompt).toBe('y');
  });

  it('refuses what it cannot read, and browsers', async () => {
    const { url } = await start();
    expect((await call(`${url}/_simulator/faults`, 'POST', { name: 'no_such' })).status).toBe(400);
    expect((await call(`${url}/_simulator/keys/${KEY}`, 'PUT', { quotas: 1 })).status).toBe(400);
    const browser = await fetch(`${url}/_simulator/ledger`, { headers: { origin: 'https://example.com' } });
    expect(browser.status).toBe(403);
  });

  it('listens on loopback only', async () => {
    await expect(startSimulator({ host: '0.0.0.0' })).rejects.toThrow('loopback only');
  });
});

describe('the state file', () => {
  it('brings tasks, ledger, keys, pictures and URLs back after a restart', async () => {
    const file = stateFile();
    const first = await start({ stateFile: file, latencyMs: 60_000 });
    const client = clientOf(first);
    first.configureKey(KEY, { quota: 20 });
    const form = formOf([
      ['start_image', await picture('red')],
      ['prompt', 'frames'],
      ['aspect_ratio', 'VIDEO_ASPECT_RATIO_LANDSCAPE'],
      ['number_of_videos', '1'],
    ]);
    const response = await client.postForm('frames-to-video', form);
    const { histories } = (await response.json()) as { histories: { id: string }[] };
    const framesId = histories[0]?.id ?? '';
    first.completeTasks(framesId);
    const url = firstUrl(await client.ended(framesId));
    const data = await bytesOf(url);
    const [failing] = await client.submitted('fails [sim:unsafe_generation] [sim:latency=0ms]');
    await client.ended(failing?.id ?? '');
    await client.submitted('under way', { number_of_videos: 2 });
    first.injectHistory(KEY, { prompt: 'foreign' });
    await client.submit('refused [sim:bad_request]');
    const before = { ledger: first.ledgerSummary(), credits: await client.credits(), list: idsOf(first) };
    const port = Number(new URL(first.url).port);
    await first.close();
    // What a process that was killed in the middle of a line leaves behind.
    appendFileSync(file, '{"type":"accep');

    const second = await start({ stateFile: file, port, latencyMs: 60_000 });
    const again = clientOf(second);
    expect(second.ledgerSummary()).toEqual(before.ledger);
    expect(await again.credits()).toEqual(before.credits);
    expect(idsOf(second)).toEqual(before.list);
    expect((await again.task(framesId)).status).toBe('completed');
    expect((await bytesOf(url)).equals(data)).toBe(true);
    const [more] = await again.submitted('after the restart');
    await second.close();
    const third = await start({ stateFile: file });
    expect(third.ledger().at(-1)).toMatchObject({ seq: 4, operationIds: [more?.id] });
  });
});

describe('close', () => {
  it('ends hanging and slow answers at once, and may be called twice', async () => {
    const simulator = await start();
    const client = clientOf(simulator);
    simulator.setFaults(['poll_hang*1']);
    const waiting = [client.get('credits'), client.submit('x [sim:slow_answer=2m]')].map((one) =>
      one.catch(() => null),
    );
    await Promise.all([simulator.close(), simulator.close()]);
    await Promise.all(waiting);
  });

  it('leaves the ledger and the tasks to be looked at', async () => {
    const simulator = await start({ stateFile: stateFile() });
    await clientOf(simulator).submitted('x [sim:unsafe_generation]');
    await simulator.close();
    expect(simulator.ledger()).toHaveLength(1);
    expect(simulator.tasks()).toMatchObject([{ status: 'failed' }]);
  });

  it('leaves other simulators of the process alone', async () => {
    const [one, other] = [await start(), await start()];
    one.setFaults(['bad_request']);
    await one.close();
    expect((await clientOf(other).submit('x')).status).toBe(202);
    expect(other.ledger()).toHaveLength(1);
  });
});

function idsOf(simulator: Awaited<ReturnType<typeof start>>): string[] {
  return simulator.tasks().map(({ id, status, error }) => `${id} ${status} ${error}`);
}
