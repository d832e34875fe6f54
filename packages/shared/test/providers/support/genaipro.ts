import { type Simulator, type SimulatorOptions, startSimulator } from '@veogate/simulator';
import { expect, onTestFinished } from 'vitest';
import { createGenaipro } from '../../../src/providers/genaipro.ts';
import {
  ProviderCallError,
  type SubmitOutcome,
  type SubmitRequest,
  type VideoProvider,
} from '../../../src/providers/video-provider.ts';

export const SECRET = 'eyJhbGciOiJIUzI1NiJ9.canary-7f3a91c2.sUp3rS3cr3t';
export const CALL = { secret: SECRET };
const LANDSCAPE = { aspect_ratio: '16:9' };

/** The adapter, speaking to a server of the test. */
export function adapterOf(url: string): VideoProvider {
  return createGenaipro({ id: 'demo', name: 'Demo', baseUrl: url, requestsPerMinute: 30 });
}

/** The adapter and a simulator that ends with the test: tiny videos, no latency, no rate limit. */
export async function withSimulator(
  options: SimulatorOptions = {},
): Promise<{ simulator: Simulator; provider: VideoProvider }> {
  const simulator = await startSimulator({
    videoSize: 'tiny',
    latencyMs: 0,
    rateLimitPerMinute: Number.POSITIVE_INFINITY,
    ...options,
  });
  onTestFinished(() => simulator.close());
  return { simulator, provider: adapterOf(simulator.genaiproUrl) };
}

export function textToVideo(more: Partial<SubmitRequest> = {}): SubmitRequest {
  return {
    model: 'demo/veo',
    kind: 'text_to_video',
    prompt: 'A fox in the snow',
    count: 1,
    params: LANDSCAPE,
    images: [],
    ...more,
  };
}

export function submit(
  provider: VideoProvider,
  more: Partial<SubmitRequest> = {},
  timeoutMs = 10_000,
): Promise<SubmitOutcome> {
  return provider.submit(textToVideo(more), { ...CALL, timeoutMs });
}

/** Submits what is accepted, and returns its ids. */
export async function accepted(
  provider: VideoProvider,
  more: Partial<SubmitRequest> = {},
): Promise<string[]> {
  const result = await submit(provider, more);
  if (result.outcome !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(result)}`);
  return [...result.operationIds];
}

/** The ProviderCallError that a call ends with. */
export async function callErrorOf(promise: Promise<unknown> | undefined): Promise<ProviderCallError> {
  const error = await promise?.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProviderCallError);
  return error as ProviderCallError;
}

/** Everything that an error would show in a log, however deep. */
export function everythingOf(value: unknown): string {
  if (!(value instanceof Error)) return JSON.stringify(value) ?? String(value);
  const { name, message, stack, cause } = value;
  return [name, message, stack, JSON.stringify(value), everythingOf(cause ?? null)].join('\n');
}
