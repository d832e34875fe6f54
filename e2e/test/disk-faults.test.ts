import { createHash } from 'node:crypto';
import type { Generation } from '@veogate/shared/contracts/generations';
import type { Key } from '@veogate/shared/contracts/keys';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueBackends } from '../../test/support/queue-backends.ts';
import { canMount, openSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';
import { wipeQueue } from '../support/wipe-queue.ts';

interface Fault {
  name: string;
  code: 'storage_full' | 'storage_unavailable';
  strike(disk: SmallDisk): Promise<void> | void;
  mend(disk: SmallDisk): Promise<void> | void;
  /** What an upload, and an older video, are answered with meanwhile. */
  answers: { upload: number; video: number };
  /** What else happens meanwhile. */
  meanwhile(stack: Stack, redisUrl: string | undefined): Promise<unknown>;
}

const faults: Fault[] = [
  {
    name: 'full',
    code: 'storage_full',
    strike: (disk) => disk.fill(),
    mend: (disk) => disk.makeRoom(),
    answers: { upload: 507, video: 200 },
    meanwhile: (stack, redisUrl) => wipeQueue(stack.db, redisUrl),
  },
  {
    name: 'read-only',
    code: 'storage_unavailable',
    strike: (disk) => disk.forbidWriting(),
    mend: (disk) => disk.allowWriting(),
    answers: { upload: 503, video: 200 },
    meanwhile: async () => {},
  },
  {
    name: 'away',
    code: 'storage_unavailable',
    strike: (disk) => disk.unplug(),
    mend: (disk) => disk.plugIn(),
    answers: { upload: 503, video: 503 },
    meanwhile: async (stack) => {
      await stack.worker.stop();
      stack.worker = await stack.startWorker();
    },
  },
];

describe.skipIf(!canMount).each(queueBackends())(
  'what is paid for, with the queue on $name',
  ({ redisUrl }) => {
    let disk: SmallDisk;
    let stack: Stack;
    let key: Key;
    let older: Generation;

    beforeAll(async () => {
      disk = await openSmallDisk();
      stack = await startStack({ redisUrl, env: { STORAGE_URL: disk.url } });
      key = await stack.client.addKey(newSecret());
      const { id } = await stack.client.generate(key.id, { prompt: 'an older one' });
      older = await stack.client.waitForStatus(id, 'succeeded');
    });
    afterAll(async () => {
      await stack?.close();
      await disk?.close();
    });

    const waitsFor = (id: string, code: string) =>
      waitFor(`${id} to wait with ${code}`, async () => {
        const generation = await stack.client.show(id);
        return generation.waiting?.code === code && generation;
      });

    async function fetchVideo({ id }: Generation): Promise<{ status: number; body: Buffer }> {
      const { url, token } = stack.client;
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${url}/v1/generations/${id}/outputs/0`, { headers });
      return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
    }

    async function upload() {
      const create = { width: 8, height: 8, channels: 3, background: 'red' } as const;
      const form = new FormData();
      form.set('file', new Blob([new Uint8Array(await sharp({ create }).png().toBuffer())]), 'image.png');
      return stack.client.call<{ code?: string; billing?: string }>('POST', '/v1/uploads', form);
    }

    it.each(faults)(
      'stays to be stored while the disk is $name, and is whole after the mend',
      async (fault) => {
        const prompts = [`${fault.name} one`, `${fault.name} two`];
        await fault.strike(disk);
        const begun = await Promise.all(prompts.map((prompt) => stack.client.generate(key.id, { prompt })));
        for (const { id } of begun) {
          const waiting = await waitsFor(id, fault.code);
          expect(waiting).toMatchObject({ stage: 'storing', error: null });
          expect(waiting.waiting?.reason).not.toContain(disk.root);
        }
        const { status, body } = await upload();
        expect([status, body.code, body.billing]).toEqual([fault.answers.upload, fault.code, 'not_billed']);
        expect((await fetchVideo(older)).status).toBe(fault.answers.video);
        const ready = await stack.client.call<{ storage: boolean }>('GET', '/readyz');
        expect([ready.status, ready.body.storage]).toEqual([200, fault.answers.video === 200]);
        await fault.meanwhile(stack, redisUrl);
        for (const { id } of begun) expect((await stack.client.show(id)).stage).toBe('storing');
        await fault.mend(disk);

        for (const { id } of begun) {
          const done = await stack.client.waitForStatus(id, 'succeeded');
          expect(done).toMatchObject({ waiting: null, cost: { amount: '1', unit: 'credits' } });
          const row = await stack.db.output.findFirstOrThrow({ where: { generationId: id } });
          const video = await fetchVideo(done);
          expect(createHash('sha256').update(video.body).digest('hex')).toBe(row.sha256);
        }
        expect((await fetchVideo(older)).status).toBe(200);
        const asked = stack.simulator.ledger().filter(({ prompt }) => prompts.includes(prompt));
        expect(asked).toHaveLength(2);
        await waitFor('the temporary files to go', async () => (await disk.listTemporary()).length === 0);
      },
    );

    it.each([
      ['download_html', 'download_unreadable'],
      ['download_truncated', 'download_truncated'],
      ['download_403', 'download_refused'],
    ])(
      'says with %s that it waits for its provider, and gives up with %s as the provider forgets',
      async (sim, code) => {
        const { id } = await stack.client.generate(key.id, { prompt: `never [sim:${sim}]` });
        expect((await waitsFor(id, code)).waiting?.until).toEqual(expect.any(String));
        await stack.db.generation.update({ where: { id }, data: { retainedUntil: new Date() } });
        const expired = await stack.client.waitForStatus(id, 'expired');
        expect(expired).toMatchObject({
          error: { code, billing: 'billed', retry: 'look_again' },
          cost: { amount: '1', unit: 'credits' },
        });
        expect(stack.simulator.ledger().filter(({ prompt }) => prompt.includes(sim))).toHaveLength(1);
      },
    );
  },
);
