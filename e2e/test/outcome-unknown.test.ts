import type { Generation } from '@veogate/shared/contracts/generations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueBackends } from '../../test/support/queue-backends.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';

describe.each(queueBackends())('a submit whose answer is lost, with the queue on $name', ({ redisUrl }) => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ redisUrl });
  });
  afterAll(() => stack?.close());

  const submitsOf = (prompt: string) => stack.simulator.ledger().filter((entry) => entry.prompt === prompt);

  it.each([
    'drop_after_accept',
    'gateway_timeout_after_accept',
    'html_after_accept',
    'unparsable_after_accept',
    'hang_after_accept',
  ])('is found in the history after %s, and never sent again', async (fault) => {
    const key = await stack.client.addKey(newSecret());
    const prompt = `lost [sim:${fault}]`;
    const { id } = await stack.client.generate(key.id, { prompt });
    const done = await stack.client.waitForStatus(id, 'succeeded');
    expect(done.outputs).toHaveLength(1);
    expect(submitsOf(prompt)).toHaveLength(1);
  });

  it.each(['drop_before_accept', 'html_before_accept', 'html_503_before_accept', 'cloudflare_1010'])(
    'stays unknown after %s, until its owner gives it up',
    async (fault) => {
      const { client } = stack;
      const key = await client.addKey(newSecret());
      const prompt = `gone [sim:${fault}]`;
      const { id } = await client.generate(key.id, { prompt });
      const unknown = await client.waitForStatus(id, 'outcome_unknown');
      expect(unknown.error).toMatchObject({ code: 'outcome_unknown', billing: 'maybe_billed' });
      expect(unknown.cost).toBeNull();
      expect((await client.call('POST', `/v1/generations/${id}/retry`)).status).toBe(409);
      const resolve = (action: string) =>
        client.call<Generation>('POST', `/v1/generations/${id}/resolve`, { action });
      expect((await resolve('look_again')).body.status).toBe('outcome_unknown');
      expect((await resolve('dismiss')).body).toMatchObject({
        status: 'failed',
        error: { code: 'dismissed' },
      });
      expect((await client.show(id)).cost).toEqual({ amount: '1', unit: 'credits' });
      expect(submitsOf(prompt)).toHaveLength(0);
      expect(await stack.db.submission.count({ where: { generationId: id } })).toBe(1);
    },
  );

  it('is left to a person where two entries of the history could be it', async () => {
    const secret = newSecret();
    const key = await stack.client.addKey(secret);
    const prompt = 'twins [sim:history_twin] [sim:drop_after_accept]';
    const { id } = await stack.client.generate(key.id, { prompt });
    await stack.client.waitForStatus(id, 'outcome_unknown');
    const before = await stack.db.providerKey.findUniqueOrThrow({ where: { id: key.id } });
    await stack.client.call('POST', `/v1/generations/${id}/resolve`, { action: 'look_again' });
    // A later generation of the same key ends only after the history was read again.
    const other = await stack.client.generate(key.id, { prompt: 'after the twins' });
    await stack.client.waitForStatus(other.id, 'succeeded');
    expect((await stack.client.show(id)).status).toBe('outcome_unknown');
    const after = await stack.db.providerKey.findUniqueOrThrow({ where: { id: key.id } });
    expect(after.watchFence).toBeGreaterThan(before.watchFence);
    expect(submitsOf(prompt)).toHaveLength(1);
  });

  it('comes back after it was dismissed, when its id turns up late', async () => {
    const { client } = stack;
    const key = await client.addKey(newSecret());
    const prompt = 'late [sim:history_omits=60s] [sim:drop_after_accept]';
    const { id } = await client.generate(key.id, { prompt });
    await client.waitForStatus(id, 'outcome_unknown');
    await client.call('POST', `/v1/generations/${id}/resolve`, { action: 'dismiss' });
    const [submit] = submitsOf(prompt);
    const { recordOperations } = await import('@veogate/shared/db/operation-repo');
    const operationIds = submit?.operationIds ?? [];
    const late = { generationId: id, provider: 'genaipro', operationIds };
    await recordOperations(stack.db, late, { spacingMs: 10 });
    const done = await client.waitForStatus(id, 'succeeded');
    expect(done.cost).toEqual({ amount: '1', unit: 'credits' });
    expect(done.error).toBeNull();
  });
});
