import type { Generation } from '@veogate/shared/contracts/generations';
import type { Key } from '@veogate/shared/contracts/keys';
import { type GenerationErrorCode, generationErrors } from '@veogate/shared/domain/errors/generations';
import type { FaultText } from '@veogate/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePicture } from '../support/sample-work.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { watchAll } from '../support/watched.ts';

/** What each failure tells whoever pays: what happened, whether it cost them, and how it goes on. */
interface Told {
  status: Generation['status'];
  code: GenerationErrorCode;
  billing: 'not_billed' | 'maybe_billed' | 'billed';
  retry: 'automatic' | 'manual' | 'after_change' | 'look_again' | 'never';
  /** What is counted for it: held while that may change, settled as `cost` in the end. Credits. */
  held: number;
  cost: string | null;
  /** Requests that reached the provider. More than one only where each but the last certainly came to nothing. */
  submits: number;
}

interface Row extends Told {
  what: string;
  /** Asked of the simulator in the prompt. */
  faults?: FaultText[];
  /** What happens on its way there. */
  meanwhile?: (id: string) => Promise<unknown>;
}

const free = { billing: 'not_billed', held: 0, cost: '0' } as const;
const counted = { billing: 'maybe_billed', held: 0, cost: '1' } as const;
const unsettled = { held: 1, cost: null } as const;
/** Made and paid for, and fetched again by itself until the provider forgets it. */
const isSaved = { status: 'in_progress', retry: 'automatic', billing: 'billed', ...unsettled } as const;
const waits = { status: 'queued', retry: 'automatic', billing: 'not_billed', ...unsettled } as const;

let stack: Stack;
let watched: ReturnType<typeof watchAll>;

const isRunning = (id: string) => watched.until(id, 'it runs', ({ stage }) => stage === 'running');

/** Makes the sweep look after the key's work at once, where its watcher would sleep for as long as a video takes. */
const unwatched = { watchTouchedAt: new Date(0) };
const changeKey = (id: string, data: Parameters<Stack['db']['providerKey']['update']>[0]['data']) =>
  stack.db.providerKey.update({ where: { id }, data });

/** One row a kind; all are staged side by side, each with a key of its own. */
const table: Row[] = [
  {
    what: 'a key that the provider does not know any more',
    faults: ['invalid_api_key'],
    ...{ status: 'failed', code: 'key_invalid', retry: 'after_change', ...free, submits: 1 },
  },
  {
    what: 'a bare 401 with a valid key',
    faults: ['no_access_token'],
    ...{ status: 'failed', code: 'key_refused', retry: 'manual', ...free, submits: 1 },
  },
  {
    what: 'a key without quota',
    faults: ['insufficient_quota'],
    ...{ status: 'failed', code: 'quota_exceeded', retry: 'manual', ...free, submits: 1 },
  },
  {
    what: 'a model that is retired',
    faults: ['model_retired'],
    ...{ status: 'failed', code: 'model_retired', retry: 'after_change', ...free, submits: 1 },
  },
  {
    what: 'a parameter refused at once',
    faults: ['bad_request'],
    ...{ status: 'failed', code: 'invalid_parameter', retry: 'after_change', ...free, submits: 1 },
  },
  {
    what: 'a parameter refused after it was accepted',
    faults: ['invalid_argument'],
    ...{ status: 'failed', code: 'invalid_parameter', retry: 'after_change', ...free, submits: 1 },
  },
  {
    what: 'content that the filter stops',
    faults: ['unsafe_generation'],
    ...{ status: 'failed', code: 'content_filtered', retry: 'manual', ...free, submits: 1 },
  },
  {
    what: 'sound that the filter stops',
    faults: ['audio_filtered'],
    ...{ status: 'failed', code: 'content_filtered', retry: 'manual', ...free, submits: 1 },
  },
  {
    what: 'a failure on the side of the provider',
    faults: ['create_failed'],
    ...{ status: 'failed', code: 'provider_failed', retry: 'manual', ...free, submits: 1 },
  },
  {
    what: 'done without a result',
    faults: ['no_file_urls'],
    ...{ status: 'failed', code: 'no_result', retry: 'manual', ...counted, submits: 1 },
  },
  {
    what: 'twenty refusals that each ask to come back',
    faults: ['rate_limited=0.02'],
    ...{ status: 'failed', code: 'retries_exhausted', retry: 'manual', ...free, submits: 20 },
  },
  {
    what: 'a connection lost while it was asked',
    faults: ['drop_before_accept'],
    ...{ status: 'outcome_unknown', code: 'outcome_unknown', retry: 'look_again', submits: 1 },
    ...{ billing: 'maybe_billed', ...unsettled },
  },
  {
    what: 'one of those that its owner gives up',
    faults: ['drop_before_accept'],
    meanwhile: async (id) => {
      await watched.until(id, 'it is unknown', ({ status }) => status === 'outcome_unknown');
      await stack.client.call('POST', `/v1/generations/${id}/resolve`, { action: 'dismiss' });
    },
    ...{ status: 'failed', code: 'dismissed', retry: 'never', ...counted, submits: 1 },
  },
  {
    what: 'a deadline that passed',
    faults: ['never_completes'],
    meanwhile: async (id) => {
      const { key_id } = await isRunning(id);
      await stack.db.generation.update({ where: { id }, data: { deadlineAt: new Date(0) } });
      await changeKey(key_id, unwatched);
    },
    ...{ status: 'expired', code: 'deadline_passed', retry: 'look_again', ...counted, submits: 1 },
  },
  {
    what: 'a key that was erased meanwhile',
    faults: ['never_completes'],
    meanwhile: async (id) => {
      const { key_id } = await isRunning(id);
      const now = new Date();
      await changeKey(key_id, {
        ...{ state: 'retired', retiredAt: now, sealed: null, erasedAt: now },
        ...unwatched,
      });
    },
    ...{ status: 'expired', code: 'key_erased', retry: 'never', ...counted, submits: 1 },
  },
  {
    what: 'a limit of requests a minute, for as long as it lasts',
    faults: ['rate_limited=600'],
    ...{ code: 'provider_rate_limited', ...waits, submits: 1 },
  },
  {
    what: 'a limit of a day',
    faults: ['daily_limit'],
    ...{ code: 'provider_daily_limit', ...waits, submits: 1 },
  },
  {
    what: 'a download that is refused, also with fresh links',
    faults: ['download_403'],
    ...{ code: 'download_refused', ...isSaved, submits: 1 },
  },
  {
    what: 'a download that breaks off',
    faults: ['download_truncated'],
    ...{ code: 'download_truncated', ...isSaved, submits: 1 },
  },
  {
    what: 'a download whose end is missing',
    faults: ['download_cut'],
    ...{ code: 'download_truncated', ...isSaved, submits: 1 },
  },
  {
    what: 'a web page in place of the video',
    faults: ['download_html'],
    ...{ code: 'download_unreadable', ...isSaved, submits: 1 },
  },
];

/** Codes that the simulator cannot bring about; those of the storage have tests of their own. */
const notHere = [
  'not_prepared',
  'provider_rejected',
  'download_failed',
  'storage_full',
  'storage_unavailable',
];

const told = new Set<string>();
const secretOf = new Map<string, string>();

beforeAll(async () => {
  // Long times where a slow machine must not make one kind look like another.
  const long = { SUBMIT_TIMEOUT_MS: '30000', BREAKER_OPEN_MS: '600000' };
  stack = await startStack({ env: { MAX_IN_FLIGHT_PER_USER: '100', ...long } });
  watched = watchAll(stack.client);
});
afterAll(async () => {
  await watched?.stop();
  await stack?.close();
});

async function begin(key: Key, secret: string, more: Record<string, unknown> = {}): Promise<string> {
  const { id } = await stack.client.generate(key.id, more);
  secretOf.set(id, secret);
  return id;
}

async function beginRow({ what, faults = [], meanwhile }: Row): Promise<string> {
  const secret = newSecret();
  const key = await stack.client.addKey(secret);
  const prompt = [what, ...faults.map((fault) => `[sim:${fault}]`)].join(' ');
  const id = await begin(key, secret, { prompt });
  await meanwhile?.(id);
  return id;
}

/** Waits until a generation has come to what it should be told of, and compares the rest of what is told. */
async function expectTold(id: string, { status, code, billing, retry, held, cost, submits }: Told) {
  const seen = await watched.until(
    id,
    `it is ${status} with ${code}`,
    (now) => now.status === status && (now.error ?? now.waiting)?.code === code,
  );
  told.add(code);
  const { title, advice } = generationErrors[code];
  expect(seen.error ?? seen.waiting).toMatchObject({ code, message: title, billing, retry, advice });
  if (seen.error) expect(seen.error.retryable).toBe(retry === 'manual');
  expect(seen.cost?.amount ?? null).toBe(cost);
  const { _sum } = await stack.db.ledgerEntry.aggregate({
    where: { generationId: id },
    _sum: { held: true, spent: true },
  });
  expect([Number(_sum.held), Number(_sum.spent)]).toEqual([held, Number(cost ?? 0)]);
  expect(stack.simulator.submitsSeen(secretOf.get(id))).toBe(submits);
  return seen;
}

describe('each kind of failure says what happened, what it cost and how it goes on', () => {
  const begun = new Map<string, Promise<string>>();
  beforeAll(() => {
    for (const row of table) begun.set(row.what, beginRow(row));
    // What goes wrong is told by the test of its row.
    void Promise.allSettled(begun.values());
  });

  it.each(table)('$what: $code', async (row) => {
    const id = (await begun.get(row.what)) ?? '';
    const seen = await expectTold(id, row);
    if (seen.status === 'queued') expect(seen.waiting?.until).toEqual(expect.any(String));
  });

  it('a bare 401 takes no good key away', async () => {
    const { body } = await stack.client.call<{ data: Key[] }>('GET', '/v1/keys?limit=100');
    const id = (await begun.get('a bare 401 with a valid key')) ?? '';
    const { key_id } = await stack.client.show(id);
    expect(body.data.find((key) => key.id === key_id)?.state).toBe('active');
  });

  it('what waits for a limit is sent once it is over, and canceled for free before', async () => {
    const { client } = stack;
    const secret = newSecret();
    const key = await client.addKey(secret);
    const id = await begin(key, secret, { prompt: 'soon [sim:rate_limited=1*1]' });
    const waiting = (await begun.get('a limit of a day')) ?? '';
    const { body } = await client.call<Generation>('POST', `/v1/generations/${waiting}/cancel`);
    expect(body).toMatchObject({ status: 'canceled', waiting: null, cost: { amount: '0' } });
    const done = await watched.until(id, 'it succeeded', ({ status }) => status === 'succeeded');
    expect(done).toMatchObject({ waiting: null, error: null, cost: { amount: '1' } });
    expect(stack.simulator.submitsSeen(secret)).toBe(2);
  });
});

it('a generation whose key is not checked yet waits for it, and says where the key turns out bad', async () => {
  const { client, db, simulator } = stack;
  simulator.addFaults([{ name: 'poll_500', endpoint: 'credits' }]);
  const begun = async (more: Record<string, unknown>) => {
    const secret = newSecret();
    const { body } = await client.call<Key>('POST', '/v1/keys', { provider: 'genaipro', secret });
    return { secret, id: await begin(body, secret, more) };
  };
  const image = await client.upload(new Uint8Array(await makePicture('#222', '#888', 64, 64)));
  const good = await begun({ prompt: 'in time' });
  const bad = await begun({ prompt: 'never' });
  const gone = await begun({ prompt: 'no image', kind: 'image_to_video', image_ids: [image] });
  for (const { id } of [good, bad, gone]) {
    const { waiting } = await expectTold(id, { code: 'key_unchecked', ...waits, submits: 0 });
    expect(waiting?.until).toBeNull();
  }
  await db.upload.update({ where: { id: image }, data: { deletedAt: new Date() } });
  simulator.configureKey(bad.secret, { status: 'unknown' });
  simulator.clearFaults();
  await watched.until(good.id, 'it succeeded', ({ status }) => status === 'succeeded');
  await expectTold(gone.id, {
    ...{ status: 'failed', code: 'inputs_gone', retry: 'after_change', ...free, submits: 0 },
  });
  await expectTold(bad.id, { ...waits, code: 'key_needs_reentry', retry: 'after_change', submits: 0 });
});

it('a provider that is away is told from one that is believed down', async () => {
  const { client, simulator } = stack;
  const secret = newSecret();
  const key = await client.addKey(secret);
  await simulator.close();
  const first = await begin(key, secret, { prompt: 'first' });
  await expectTold(first, { code: 'provider_unreachable', ...waits, submits: 0 });
  const more = await Promise.all(
    Array.from({ length: 5 }, (_, index) => begin(key, secret, { prompt: `and ${index}` })),
  );
  for (const id of [first, ...more]) await expectTold(id, { code: 'provider_down', ...waits, submits: 0 });
});

it('leaves out no kind', () => {
  const codes = Object.keys(generationErrors);
  expect(codes.filter((code) => !told.has(code) && !notHere.includes(code))).toEqual([]);
});
