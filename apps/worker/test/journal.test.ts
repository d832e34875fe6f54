import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AcceptedWork } from '@veogate/shared/db/operation-repo';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openJournal } from '../src/journal.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'veogate-journal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('may be replayed by several workers at once: every entry is kept, and none is left', async () => {
  const journals = await Promise.all([openJournal(folder), openJournal(folder), openJournal(folder)]);
  const work = Array.from(
    { length: 20 },
    (): AcceptedWork => ({ generationId: randomUUID(), provider: 'genaipro', operationIds: [randomUUID()] }),
  );
  for (const each of work) await journals[0]?.write(each);
  const kept = new Set<string>();
  await Promise.all(
    journals.map((journal) =>
      journal.replay(async ({ generationId }) => {
        kept.add(generationId);
      }),
    ),
  );
  expect([...kept].sort()).toEqual(work.map(({ generationId }) => generationId).sort());
  expect(await readdir(folder)).toEqual([]);
});

it('keeps what could not be handed on', async () => {
  const journal = await openJournal(folder);
  await journal.write({ generationId: randomUUID(), provider: 'genaipro', operationIds: ['one'] });
  await expect(journal.replay(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await journal.replay(async () => {})).toBe(1);
});

it('takes up what its writer left complete, and drops what broke off', async () => {
  const journal = await openJournal(folder);
  const long = new Date(Date.now() - 60_000);
  const whole = { generationId: randomUUID(), provider: 'genaipro', operationIds: ['two'] };
  for (const [name, text] of [
    ['whole.part', JSON.stringify(whole)],
    ['broken.part', '{"generationId":'],
  ] as const) {
    await writeFile(join(folder, name), text);
    await utimes(join(folder, name), long, long);
  }
  await writeFile(join(folder, 'young.part'), '{');
  const kept: AcceptedWork[] = [];
  expect(await journal.replay(async (work) => void kept.push(work))).toBe(1);
  expect(kept).toEqual([whole]);
  expect(await readdir(folder)).toEqual(['young.part']);
});

it('is refused, with a sentence, where nothing can be written for good', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  await expect(openJournal(join(file, 'journal'))).rejects.toThrow(/JOURNAL_DIR: .* survive a power cut/);
});

it('keeps an entry that it cannot read, and says so', async () => {
  const journal = await openJournal(folder);
  await writeFile(join(folder, 'damaged.json'), '{"generationId":');
  await expect(journal.replay(async () => {})).rejects.toThrow(SyntaxError);
  expect(await readdir(folder)).toContain('damaged.json');
});
