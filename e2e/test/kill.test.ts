import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueBackends } from '../../test/support/queue-backends.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

describe.each(queueBackends())('a worker that is killed, with the queue on $name', ({ redisUrl }) => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ redisUrl, simulator: { latencyMs: 400 } });
  });
  afterAll(() => stack?.close());

  const submitsOf = (prompt: string) => stack.simulator.ledger().filter((entry) => entry.prompt === prompt);

  it.each([
    ['while it waits in the queue', 'waiting', ''],
    ['while the provider is asked, which then accepts', 'submitting', ' [sim:slow_answer=1500ms]'],
    ['while the provider works', 'running', ' [sim:latency=1500ms]'],
    ['while the video is fetched', 'storing', ' [sim:download_slow=1500ms*1]'],
  ] as const)(
    '%s, is made up for: the video arrives, and was asked for once',
    async (_, stage, directive) => {
      const { client } = stack;
      const key = await client.addKey(newSecret());
      const prompt = `killed at ${stage}${directive}`;
      if (stage === 'waiting') await stack.worker.kill();
      const { id } = await client.generate(key.id, { prompt });
      if (stage !== 'waiting') {
        await client.waitForStage(id, stage);
        // Killed before that, it would never have asked.
        await waitFor('the provider to accept', () => submitsOf(prompt).length === 1);
        await stack.worker.kill();
      }
      stack.worker = await stack.startWorker();
      const ended = await client.waitForStatus(id, 'succeeded', 'outcome_unknown');
      expect(submitsOf(prompt).length).toBeLessThanOrEqual(1);
      // What the provider's history shows as the only one is found again, too.
      if (ended.status === 'outcome_unknown') await client.waitForStatus(id, 'succeeded');
      expect(submitsOf(prompt)).toHaveLength(1);
      expect(
        await stack.db.submission.count({ where: { generationId: id, outcome: { not: 'not_sent' } } }),
      ).toBe(1);
    },
  );

  it('at random moments, again and again: nothing is lost and nothing is asked for twice', async () => {
    const { client } = stack;
    const key = await client.addKey(newSecret());
    const ids: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 3; n += 1)
        ids.push((await client.generate(key.id, { prompt: `storm ${round}.${n}` })).id);
      // Killed after another one of them moved on, wherever the others stand by then.
      await client.waitForStage(
        ids[round * 3] ?? '',
        'submitting',
        'running',
        'storing',
        'succeeded',
        'outcome_unknown',
      );
      await stack.worker.kill();
      stack.worker = await stack.startWorker();
    }
    for (const id of ids) await client.waitForStatus(id, 'succeeded', 'outcome_unknown');
    const storm = stack.simulator.ledger().filter(({ prompt }) => prompt.startsWith('storm'));
    expect(new Set(storm.map(({ prompt }) => prompt)).size).toBe(storm.length);
    // One whose outcome was unknown may have been found again since, and be on its way.
    const lost = await stack.db.generation.count({
      where: { id: { in: ids }, state: { in: ['failed', 'canceled', 'expired'] } },
    });
    expect(lost).toBe(0);
  });
});
