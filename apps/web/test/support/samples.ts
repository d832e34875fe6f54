import type { Generation, Key, Model } from '../../src/api/types.ts';

let made = 0;

/** A generation; each newer than the one before, as UUIDv7 ids are. */
export function generation(over: Partial<Generation> = {}): Generation {
  made += 1;
  const id = `0190${made.toString(16).padStart(8, '0')}-0000-7000-8000-000000000000`;
  return {
    id,
    status: 'succeeded',
    stage: 'succeeded',
    queue_position: null,
    model: 'genaipro/veo',
    kind: 'text_to_video',
    prompt: `No. ${made}`,
    params: {},
    count: 1,
    image_ids: [],
    metadata: {},
    project_id: id,
    key_id: id,
    retry_of: null,
    estimate: {
      price: null,
      expected_seconds: 90,
      run_seconds: { p50: 90, p90: 180 },
      measured: false,
      wait_seconds: null,
    },
    cost: null,
    filtered_count: 0,
    error: null,
    pinned: false,
    waiting: null,
    outputs: [],
    urls: { self: '', cancel: '', events: '', outputs: '' },
    created_at: '2026-01-01T00:00:00.000Z',
    submitted_at: null,
    finished_at: null,
    updated_at: '2026-01-01T00:00:00.000Z',
    ...over,
  };
}

export function key(over: Partial<Key> = {}): Key {
  made += 1;
  return {
    id: `key-${made}`,
    provider: 'genaipro',
    label: 'A key',
    hint: 'abcd',
    scope: 'kept',
    can_manage: true,
    state: 'active',
    state_reason: null,
    quota: null,
    in_flight: 0,
    checked_at: null,
    created_at: '2026-01-01T00:00:00.000Z',
    retired_at: null,
    ...over,
  };
}

export const videoModel: Model = {
  id: 'genaipro/veo',
  provider: 'genaipro',
  name: 'VEO by GenAIPro',
  state: 'available',
  output: 'video',
  prompt_max: 100,
  price_per_output: { amount: '1', unit: 'credits' },
  can_cancel: false,
  expected_seconds: 90,
  kinds: [
    {
      kind: 'text_to_video',
      images: { min: 0, max: 0, roles: [] },
      count: { min: 1, max: 4 },
      params: [{ name: 'aspect_ratio', values: ['16:9', '9:16'], default: '16:9' }],
    },
    {
      kind: 'frames_to_video',
      images: { min: 1, max: 2, roles: ['start', 'end'] },
      count: { min: 1, max: 2 },
      params: [],
    },
  ],
};
