import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Generation } from '@veogate/shared/contracts/generations';
import { deleteProject } from '@veogate/shared/db/project-repo';
import { createEventSender } from '@veogate/shared/events/channel';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';
import { openStream } from './support/event-stream.ts';
import { createPeople } from './support/people.ts';

type Headers = Record<string, string>;
type Person = Awaited<ReturnType<TestApi['addPerson']>>;

let api: TestApi;
let people: ReturnType<typeof createPeople>;
let address: string;
let worker: ReturnType<typeof createEventSender>;
const streams: Awaited<ReturnType<typeof openStream>>[] = [];

beforeAll(async () => {
  api = await startTestApi();
  people = createPeople(api);
  address = await api.app.listen({ host: '127.0.0.1', port: 0 });
  worker = createEventSender(api.database.url);
});
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});
afterAll(async () => {
  await worker?.close();
  await api?.close();
});

async function open(path: string, as: Headers) {
  const stream = await openStream(`${address}${path}`, as);
  streams.push(stream);
  return stream;
}

async function share() {
  const owner = await api.addPerson('Olga');
  const { id } = await people.makeProject(owner.as);
  const editor = await people.addMember(owner.as, id, 'editor');
  const viewer = await people.addMember(owner.as, id, 'viewer');
  const stranger = await api.addPerson('Nobody');
  return { id, owner, editor, viewer, stranger };
}

const leave = (projectId: string, { as, user }: Person) =>
  api.call('DELETE', `/v1/projects/${projectId}/members/${user.id}`, { as });

/** An image that somebody uploaded. */
async function addUpload(ownerId: string): Promise<string> {
  const id = randomUUID();
  const storageKey = `uploads/${id}`;
  const { byteSize } = await api.services.store.put(storageKey, Readable.from(['an image']), async () => {});
  const shape = { mimeType: 'image/png', width: 1, height: 1 };
  await api.db.upload.create({ data: { id, ownerId, storageKey, byteSize, ...shape } });
  return id;
}

/** What the worker writes once a video is there. */
async function finish(id: string): Promise<void> {
  const operationId = randomUUID();
  const storageKey = `outputs/${id}`;
  const { byteSize } = await api.services.store.put(storageKey, Readable.from(['a video']), async () => {});
  await api.db.generation.update({ where: { id }, data: { state: 'succeeded', updatedAt: new Date() } });
  await api.db.output.create({
    data: {
      generationId: id,
      index: 0,
      operationId,
      storageKey,
      mimeType: 'video/mp4',
      byteSize,
      sha256: id,
    },
  });
}

const withImage = (projectId: string, image: string) => ({
  project_id: projectId,
  kind: 'image_to_video',
  image_ids: [image],
});

describe('a generation in a shared project', () => {
  it('is read by everybody in it: listed, shown, its file and what it was made of', async () => {
    const { id, owner, editor, viewer } = await share();
    const image = await addUpload(editor.user.id);
    const made = await people.generate(editor.as, withImage(id, image));
    await finish(made.id);
    for (const { as } of [owner, editor, viewer]) {
      const list = await api.call<{ data: Generation[] }>('GET', `/v1/generations?project_id=${id}`, { as });
      expect(list.body.data.map((generation) => generation.id)).toEqual([made.id]);
      expect((await api.call('GET', `/v1/generations/${made.id}`, { as })).status).toBe(200);
      expect((await api.call('GET', `/v1/generations/${made.id}/outputs/0`, { as })).text).toBe('a video');
      expect((await api.call('GET', `/v1/uploads/${image}`, { as })).status).toBe(200);
      expect((await api.call('GET', `/v1/uploads/${image}/content`, { as })).text).toBe('an image');
      await (await open(`/v1/generations/${made.id}/events`, as)).end;
    }
  });

  it('is changed by its owner and by editors, and never by viewers', async () => {
    const { id, editor, viewer, owner } = await share();
    const made = await people.generate(owner.as, { project_id: id });
    const url = `/v1/generations/${made.id}`;
    const tries = [
      ['POST', `${url}/cancel`, undefined],
      ['POST', `${url}/retry`, undefined],
      ['POST', `${url}/resolve`, { action: 'dismiss' }],
      ['DELETE', url, undefined],
    ] as const;
    for (const [method, where, body] of tries) {
      const refused = await api.call(method, where, { as: viewer.as, ...(body && { body }) });
      expect([method, where, refused.status]).toEqual([method, where, 403]);
      expect(refused.body['code']).toBe('forbidden');
    }
    const key = await people.addKey(viewer.as);
    const body = {
      model: 'genaipro/veo',
      kind: 'text_to_video',
      prompt: 'x',
      key_id: key.id,
      project_id: id,
    };
    expect((await api.call('POST', '/v1/generations', { as: viewer.as, body })).status).toBe(403);

    const canceled = await api.call('POST', `${url}/cancel`, { as: editor.as });
    expect(canceled.body['status']).toBe('canceled');
    expect((await api.call('DELETE', url, { as: editor.as })).status).toBe(204);
  });

  it('is not made again with somebody else’s key', async () => {
    const { id, owner, editor } = await share();
    const made = await people.generate(owner.as, { project_id: id });
    await finish(made.id);
    const refused = await api.call('POST', `/v1/generations/${made.id}/retry`, { as: editor.as });
    expect([refused.status, refused.body['code']]).toEqual([409, 'key_not_usable']);
  });

  it('does not exist for strangers, on any route', async () => {
    const { id, owner, stranger } = await share();
    const image = await addUpload(owner.user.id);
    const made = await people.generate(owner.as, { ...withImage(id, image), prompt: 'a secret boat' });
    await finish(made.id);
    const key = await people.addKey(stranger.as);
    const begin = { model: 'genaipro/veo', kind: 'text_to_video', prompt: 'x', key_id: key.id };
    const url = `/v1/generations/${made.id}`;
    const tries = [
      ['GET', url, undefined],
      ['GET', `${url}/outputs/0`, undefined],
      ['GET', `${url}/events`, undefined],
      ['POST', `${url}/cancel`, undefined],
      ['POST', `${url}/retry`, undefined],
      ['POST', `${url}/resolve`, { action: 'dismiss' }],
      ['DELETE', url, undefined],
      ['GET', `/v1/uploads/${image}`, undefined],
      ['GET', `/v1/uploads/${image}/content`, undefined],
      ['POST', '/v1/generations', { ...begin, project_id: id }],
      ['POST', '/v1/generations', { ...begin, kind: 'image_to_video', image_ids: [image] }],
    ] as const;
    for (const [method, where, body] of tries) {
      const { status } = await api.call(method, where, { as: stranger.as, ...(body && { body }) });
      expect([method, where, status]).toEqual([method, where, 404]);
    }
    const filters = [
      '',
      `?project_id=${id}`,
      '?q=secret',
      '?status=succeeded',
      '?kind=image_to_video',
      '?model=genaipro/veo',
      `?after=${'f'.repeat(8)}-ffff-7fff-bfff-ffffffffffff`,
      `?project_id=${id}&q=secret&status=succeeded&kind=image_to_video&model=genaipro/veo`,
    ];
    for (const filter of filters) {
      const list = await api.call('GET', `/v1/generations${filter}`, { as: stranger.as });
      expect([filter, list.status, list.body['data']]).toEqual([filter, 200, []]);
    }
  });
});

describe('an upload', () => {
  it('that was used in a project may be used again by its editors, in a generation of their own too', async () => {
    const { id, owner, editor, viewer } = await share();
    const image = await addUpload(owner.user.id);
    await people.generate(owner.as, withImage(id, image));
    const again = await people.generate(editor.as, withImage(id, image));
    expect(again.image_ids).toEqual([image]);
    const elsewhere = await people.generate(viewer.as, { kind: 'image_to_video', image_ids: [image] });
    expect(elsewhere.image_ids).toEqual([image]);
  });

  it('that was used nowhere, or only in a generation that was deleted, is its owner’s alone', async () => {
    const { id, owner, editor } = await share();
    const [unused, used] = [await addUpload(owner.user.id), await addUpload(owner.user.id)];
    const made = await people.generate(owner.as, withImage(id, used));
    await api.call('POST', `/v1/generations/${made.id}/cancel`, { as: owner.as });
    await api.call('DELETE', `/v1/generations/${made.id}`, { as: owner.as });
    for (const image of [unused, used]) {
      expect((await api.call('GET', `/v1/uploads/${image}`, { as: editor.as })).status).toBe(404);
      expect((await api.call('GET', `/v1/uploads/${image}/content`, { as: owner.as })).status).toBe(200);
    }
  });

  it('of another project is not seen by a token that is bound to one', async () => {
    const owner = await api.addPerson();
    const [one, other] = [await people.makeProject(owner.as), await people.makeProject(owner.as)];
    const images = { fresh: '', mine: '', other: '' };
    for (const name of ['fresh', 'mine', 'other'] as const) images[name] = await addUpload(owner.user.id);
    await people.generate(owner.as, withImage(one.id, images.mine));
    await people.generate(owner.as, withImage(other.id, images.other));
    const program = await people.addToken(owner.user.id, ['uploads:read'], one.id);
    const look = async (image: string) =>
      (await api.call('GET', `/v1/uploads/${image}`, { as: program })).status;
    expect([await look(images.fresh), await look(images.mine), await look(images.other)]).toEqual([
      200, 200, 404,
    ]);
  });
});

describe('a token that is bound to a project', () => {
  it('reads nothing of what its owner made elsewhere', async () => {
    const owner = await api.addPerson();
    const [one, other] = [await people.makeProject(owner.as), await people.makeProject(owner.as)];
    const [mine, elsewhere] = [
      await people.generate(owner.as, { project_id: one.id }),
      await people.generate(owner.as, { project_id: other.id }),
    ];
    const program = await people.addToken(owner.user.id, ['generations:read', 'generations:write'], one.id);
    const list = await api.call<{ data: Generation[] }>('GET', '/v1/generations', { as: program });
    expect(list.body.data.map(({ id }) => id)).toEqual([mine.id]);
    const foreign = await api.call('GET', `/v1/generations?project_id=${other.id}`, { as: program });
    expect(foreign.body['data']).toEqual([]);
    expect((await api.call('GET', `/v1/generations/${elsewhere.id}`, { as: program })).status).toBe(404);
    const cancel = `/v1/generations/${elsewhere.id}/cancel`;
    expect((await api.call('POST', cancel, { as: program })).status).toBe(404);
    const stream = await open('/v1/events', program);
    worker.changed(elsewhere.id, mine.id);
    await stream.next('own generation', ({ data }) => data['id'] === mine.id);
    expect(stream.seen().filter(({ data }) => data['id'] === elsewhere.id)).toEqual([]);
  });
});

describe('whoever is taken out of a project', () => {
  it('finds nothing there any more, and what they began goes on', async () => {
    const { id, owner, editor } = await share();
    const image = await addUpload(owner.user.id);
    const theirs = await people.generate(owner.as, withImage(id, image));
    const running = await people.generate(editor.as, { project_id: id });
    await leave(id, editor);
    for (const url of [
      `/v1/generations/${theirs.id}`,
      `/v1/generations/${running.id}`,
      `/v1/uploads/${image}`,
      `/v1/projects/${id}`,
    ])
      expect([url, (await api.call('GET', url, { as: editor.as })).status]).toEqual([url, 404]);
    expect((await api.call('GET', '/v1/generations', { as: editor.as })).body['data']).toEqual([]);
    const kept = await api.call('GET', `/v1/generations/${running.id}`, { as: owner.as });
    expect(kept.body['status']).toBe('queued');
  });

  it('hears nothing more of it in a stream that is open, and is told to look again', async () => {
    const { id, owner, viewer } = await share();
    const [before, after] = [
      await people.generate(owner.as, { project_id: id }),
      await people.generate(owner.as, { project_id: id }),
    ];
    const own = await people.generate(viewer.as);
    const stream = await open('/v1/events', viewer.as);
    worker.changed(before.id);
    await stream.next('generation of the project', ({ data }) => data['id'] === before.id);

    await api.call('DELETE', `/v1/projects/${id}/members/${viewer.user.id}`, { as: owner.as });
    await stream.next('word that something changed', ({ event }) => event === 'account');
    // Word of its beginning may still have come before.
    const told = () => stream.seen().filter(({ data }) => data['id'] === after.id).length;
    const toldBefore = told();
    worker.changed(after.id, own.id);
    await stream.next('own generation', ({ data }) => data['id'] === own.id);
    expect(told()).toBe(toldBefore);
  });

  it('has the stream of one generation end at once', async () => {
    const { id, owner, viewer } = await share();
    const made = await people.generate(owner.as, { project_id: id });
    const stream = await open(`/v1/generations/${made.id}/events`, viewer.as);
    await stream.next('generation', ({ data }) => data['id'] === made.id);
    await leave(id, viewer);
    await stream.end;
  });

  it('loses the stream of a generation with its project, while its maker keeps it', async () => {
    const { id, owner, editor, viewer } = await share();
    const made = await people.generate(editor.as, { project_id: id });
    const path = `/v1/generations/${made.id}/events`;
    const [theirs, makers] = [await open(path, viewer.as), await open(path, editor.as)];
    await theirs.next('generation', ({ data }) => data['id'] === made.id);
    await api.call('DELETE', `/v1/projects/${id}`, { as: owner.as });
    await theirs.end;
    const moved = ({ data }: { data: Record<string, unknown> }) =>
      data['id'] === made.id && data['project_id'] !== id;
    await makers.next('generation that moved', moved);
  });

  it('comes back by another link, and then sees what was made meanwhile', async () => {
    const { id, owner, viewer } = await share();
    await leave(id, viewer);
    const made = await people.generate(owner.as, { project_id: id });
    const stream = await open('/v1/events', viewer.as);
    const { token } = await people.makeLink(owner.as, id, 'viewer');
    await people.accept(viewer.as, token);
    await stream.next('word that something changed', ({ event }) => event === 'account');
    expect((await api.call('GET', `/v1/generations/${made.id}`, { as: viewer.as })).status).toBe(200);
  });
});

it('is not joined by a link in the moment in which it is deleted', async () => {
  const owner = await api.addPerson('Olga');
  const guest = await api.addPerson('Gina');
  const { id } = await people.makeProject(owner.as);
  const { token } = await people.makeLink(owner.as, id, 'viewer');
  const accepting = await api.db.$transaction(async (tx) => {
    await deleteProject(tx, id, owner.user.id);
    const answer = people.accept(guest.as, token);
    await vi.waitUntil(async () => {
      const held = await tx.$queryRaw<unknown[]>`
        select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return held.length > 0;
    }, 20_000);
    return { answer };
  });
  const { status, body } = await accepting.answer;
  expect([status, body.code]).toEqual([410, 'invitation_invalid']);
});
