import { afterEach, expect, vi } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/index.ts';

export const KEY = 'eyJhbGciOiJIUzI1NiJ9.simulator-test.abcd';
export const OTHER_KEY = 'eyJhbGciOiJIUzI1NiJ9.another-key.wxyz';

export interface Entry {
  id: string;
  prompt: string;
  file_url?: string;
  file_urls: string[];
  status: string;
  created_at: string;
  error?: string;
}

const running = new Set<Simulator>();
afterEach(async () => {
  await Promise.all([...running].map((simulator) => simulator.close()));
  running.clear();
});

/** A simulator that ends with the test: tiny videos, no latency and no rate limit unless asked. */
export async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({
    videoSize: 'tiny',
    latencyMs: 0,
    rateLimitPerMinute: Number.POSITIVE_INFINITY,
    ...options,
  });
  running.add(simulator);
  return simulator;
}

/** Calls one simulator as a client with one key does. */
export function clientOf(simulator: Simulator, key = KEY) {
  const authorization = `Bearer ${key}`;
  const base = `${simulator.genaiproUrl}/v2/veo`;
  const get = (path: string): Promise<Response> => fetch(`${base}/${path}`, { headers: { authorization } });

  const client = {
    get,
    post: (path: string, body: object, signal?: AbortSignal): Promise<Response> =>
      fetch(`${base}/${path}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...(signal ? { signal } : {}),
      }),
    postForm: (path: string, form: FormData): Promise<Response> =>
      fetch(`${base}/${path}`, { method: 'POST', headers: { authorization }, body: form }),
    submit: (prompt: string, more: object = {}): Promise<Response> =>
      client.post('text-to-video', {
        prompt,
        aspect_ratio: 'VIDEO_ASPECT_RATIO_LANDSCAPE',
        number_of_videos: 1,
        ...more,
      }),
    /** Submits and returns the entries of the answer. */
    async submitted(prompt: string, more: object = {}): Promise<Entry[]> {
      const response = await client.submit(prompt, more);
      expect(response.status).toBe(202);
      return ((await response.json()) as { histories: Entry[] }).histories;
    },
    async task(id: string): Promise<Entry> {
      const response = await get(`tasks/${id}`);
      expect(response.status).toBe(200);
      return (await response.json()) as Entry;
    },
    async histories(query = ''): Promise<{ data: Entry[]; total: number; total_pages: number }> {
      const response = await get(`histories${query}`);
      expect(response.status).toBe(200);
      return (await response.json()) as { data: Entry[]; total: number; total_pages: number };
    },
    async credits(): Promise<{ quota: number; used: number; expires_at: string | null }> {
      const response = await get('credits');
      const [credits] = (await response.json()) as [
        { quota: number; used: number; expires_at: string | null },
      ];
      return credits;
    },
    /** Polls until the task has ended. */
    ended: (id: string): Promise<Entry> =>
      vi.waitFor(
        async () => {
          const task = await client.task(id);
          expect(task.status).not.toBe('processing');
          return task;
        },
        { timeout: 20_000, interval: 20 },
      ),
    /** Submits, waits for the end, and returns the first download URL. */
    async fileUrl(prompt: string): Promise<string> {
      const [entry] = await client.submitted(prompt);
      return firstUrl(await client.ended(entry?.id ?? ''));
    },
  };
  return client;
}

export function firstUrl(entry: Entry): string {
  const [url] = entry.file_urls;
  if (!url) throw new Error(`no file_urls in ${JSON.stringify(entry)}`);
  return url;
}

export async function bytesOf(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

/** The error code under a failed fetch, such as ECONNRESET. */
export async function failureOf(request: Promise<Response>): Promise<string> {
  try {
    const response = await request;
    await response.arrayBuffer();
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string } };
    return cause?.code ?? name;
  }
  throw new Error('the request did not fail');
}

export async function errorOf(response: Response): Promise<[number, string]> {
  return [response.status, ((await response.json()) as { error: string }).error];
}
