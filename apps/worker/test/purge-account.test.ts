import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { type Database, openDatabase } from '@veogate/shared/db/client';
import type { GenerationState, ProjectRole } from '@veogate/shared/db/generated/client';
import { hold, settle } from '@veogate/shared/db/ledger-repo';
import { recordOperations } from '@veogate/shared/db/operation-repo';
import { findPersonalProjectId } from '@veogate/shared/db/project-repo';
import { createUser } from '@veogate/shared/db/user-repo';
import { createEventSender } from '@veogate/shared/events/channel';
import { createLogger } from '@veogate/shared/logging/create-logger';
import { openDiskStore } from '@veogate/shared/storage/disk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { findImbalances } from '../../../test/support/ledger.ts';
import { createPurgeAccount } from '../src/processors/purge-account.ts';

let database: TestDatabase;
let db: Database;
let folder: string;
let store: ReturnType<typeof openDiskStore>;
let events: ReturnType<typeof createEventSender>;
let purge: (userId: string) => Promise<undefined>;

beforeAll(async () => {
  database = await createTestDatabase();
  // With the rights of the service, not those of an operator.
  db = openDatabase({ url: database.url, max: 4 });
  folder = await mkdtemp(join(tmpdir(), 'veogate-purge-'));
  store = openDiskStore(pathToFileURL(folder).href, { isNew: async () => true });
  events = createEventSender(database.url);
  const run = createPurgeAccount({ db, store, events, log: createLogger({ level: 'silent', name: 'test' }) });
  purge = (userId) => run({ userId });
});
afterAll(async () => {
  await events?.close();
  await db?.$disconnect();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function addPerson(displayName = 'Somebody') {
  const { id } = await db.$transaction((tx) => createUser(tx, { displayName }));
  const keyId = randomUUID();
  await db.providerKey.create({
    data: { id: keyId, ownerId: id, provider: 'genaipro', label: 'Key', hint: 'abcd', ringId: 'r' },
  });
  return { id, keyId, personalId: await findPersonalProjectId(db, id) };
}
type Person = Awaited<ReturnType<typeof addPerson>>;

async function leave({ id, keyId }: Person): Promise<void> {
  await db.user.update({ where: { id }, data: { state: 'leaving' } });
  await db.providerKey.update({ where: { id: keyId }, data: { state: 'retired' } });
}

async function addFile(kind: 'outputs' | 'uploads'): Promise<string> {
  const key = `${kind}/2026-11/${randomUUID()}`;
  await store.put(key, Readable.from([randomBytes(64)]), async () => {});
  return key;
}

async function addUpload({ id: ownerId }: Person) {
  const storageKey = await addFile('uploads');
  const data = {
    id: randomUUID(),
    ownerId,
    storageKey,
    mimeType: 'image/png',
    byteSize: 64,
    width: 8,
    height: 8,
  };
  return db.upload.create({ data });
}

/** A generation with everything that one can have. */
async function addGeneration(
  { id: userId, keyId, personalId }: Person,
  more: { state?: GenerationState; projectId?: string; uploadId?: string } = {},
) {
  const { state = 'succeeded', projectId = personalId, uploadId } = more;
  const id = randomUUID();
  const output = { operationId: randomUUID(), mimeType: 'video/mp4', byteSize: 64n, sha256: '' };
  await db.generation.create({
    data: {
      id,
      userId,
      projectId,
      keyId,
      provider: 'genaipro',
      model: 'genaipro/veo',
      kind: 'text_to_video',
      prompt: 'a private thought',
      count: 1,
      state,
      submissions: { create: { id: randomUUID(), attempt: 1, worker: 'w', outcome: 'accepted' } },
      operations: { create: { id: output.operationId, provider: 'genaipro', operationId: id, position: 0 } },
      outputs: { create: { ...output, index: 0, storageKey: await addFile('outputs') } },
      ...(uploadId && { inputs: { create: { position: 0, uploadId } } }),
    },
  });
  const whose = { id, userId, projectId, keyId, teamKeyId: null, tokenId: null, provider: 'genaipro' };
  const price = { amount: '1', unit: 'credits' } as const;
  await db.$transaction((tx) => hold(tx, { ...whose, createdAt: new Date() }, price));
  return id;
}

async function addProject(members: [Person, ProjectRole, Date?][]): Promise<string> {
  const id = randomUUID();
  const rows = members.map(([person, role, joinedAt = new Date()]) => ({
    userId: person.id,
    role,
    joinedAt,
  }));
  await db.project.create({ data: { id, name: 'Film', kind: 'shared', members: { create: rows } } });
  return id;
}

const exists = async ({ id }: Person) => (await db.user.count({ where: { id } })) === 1;
const rolesIn = async (projectId: string) =>
  Object.fromEntries(
    (await db.projectMember.findMany({ where: { projectId } })).map(({ userId, role }) => [userId, role]),
  );

async function filesLeft(): Promise<string[]> {
  const entries = await readdir(join(folder, 'objects'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** The tables in which an id stands anywhere. */
async function tablesThatMention(id: string): Promise<string[]> {
  const tables = await db.$queryRaw<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'audit_events%'
      and table_name <> '_prisma_migrations'`;
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await db.$queryRawUnsafe<unknown[]>(
      `select 1 from "${name}" t where position($1 in t::text) > 0 limit 1`,
      id,
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}

describe('an account that is leaving', () => {
  let leaving: Person;
  beforeEach(async () => {
    leaving = await addPerson('Leaving');
  });

  it('leaves no file and no row behind but its audit entries, without address and e-mail', async () => {
    const userId = leaving.id;
    const upload = await addUpload(leaving);
    for (let n = 0; n < 3; n += 1) await addGeneration(leaving, { uploadId: upload.id });
    for (const state of ['failed', 'canceled', 'expired'] as const) await addGeneration(leaving, { state });
    const bytes = () => new Uint8Array(randomBytes(32));
    const soon = new Date(Date.now() + 60_000);
    await db.session.create({ data: { idHash: bytes(), userId, expiresAt: soon, idleExpiresAt: soon } });
    await db.identity.create({
      data: { id: randomUUID(), userId, provider: 'google', subject: '1', email: 'a@b.test' },
    });
    await db.accessToken.create({
      data: { id: randomUUID(), userId, name: 'x', tokenHash: bytes(), hint: 'abcd' },
    });
    await db.termsAcceptance.create({ data: { userId, version: '1', textHash: bytes() } });
    await db.idempotencyKey.create({
      data: { userId, key: 'k', requestHash: bytes(), generationId: randomUUID(), response: {} },
    });
    const invited = randomUUID();
    await db.invitation.create({
      data: { id: invited, kind: 'email', value: 'a@b.test', uses: { create: { userId } } },
    });
    await db.invitation.create({
      data: { id: randomUUID(), kind: 'domain', value: 'b.test', createdById: userId },
    });
    await db.serviceMode.update({ where: { id: 1 }, data: { changedBy: userId } });
    await db.violation.create({ data: { subject: `user:${userId}`, minute: soon, kind: 'rate' } });
    await db.throttle.create({ data: { bucket: `pin:${userId}`, windowStartedAt: soon, count: 1 } });
    const eventId = randomUUID();
    await db.auditEvent.create({ data: { id: eventId, action: 'sign_in.succeeded', actorId: userId } });
    await db.auditPerson.create({ data: { eventId, address: '203.0.113.9', email: 'a@b.test' } });

    await leave(leaving);
    await purge(userId);
    expect(await exists(leaving)).toBe(false);
    expect(await tablesThatMention(userId)).toEqual([]);
    expect(await filesLeft()).toEqual([]);
    expect(await db.invitation.count({ where: { id: invited } })).toBe(0);
    expect(await db.auditEvent.count({ where: { actorId: userId } })).toBe(1);
    expect(await db.auditPerson.count({ where: { eventId } })).toBe(0);
    expect(await db.auditEvent.count({ where: { action: 'account.deleted', subjectId: userId } })).toBe(1);
  });

  it('takes nothing of what it spent back from the service, without saying any more whose it was', async () => {
    const [made, canceled] = [await addGeneration(leaving), await addGeneration(leaving)];
    await db.$transaction((tx) => settle(tx, made, 1, 1));
    await db.$transaction((tx) => settle(tx, canceled, 0, 1));
    const { _sum: before } = await db.balance.aggregate({ where: { scope: 'all' }, _sum: { spent: true } });
    await leave(leaving);
    await purge(leaving.id);
    const { _sum: after } = await db.balance.aggregate({ where: { scope: 'all' }, _sum: { spent: true } });
    expect([Number(after.spent), await findImbalances(db)]).toEqual([Number(before.spent), []]);
    expect(await db.ledgerEntry.count({ where: { keyId: leaving.keyId, generationId: null } })).toBe(4);
    expect(await tablesThatMention(leaving.id)).toEqual([]);
  });

  it.each(['submitting', 'running', 'storing', 'outcome_unknown'] as const)(
    'waits for what is %s, and goes once that ended',
    async (state) => {
      const id = await addGeneration(leaving, { state });
      await addGeneration(leaving);
      await leave(leaving);
      await purge(leaving.id);
      expect(await db.generation.count({ where: { userId: leaving.id } })).toBe(2);
      await db.generation.update({ where: { id }, data: { state: 'succeeded' } });
      await purge(leaving.id);
      expect([await exists(leaving), await filesLeft()]).toEqual([false, []]);
    },
  );

  it('waits for what others make with its key of the team, which then goes to another administrator', async () => {
    const { id: heirId } = await db.$transaction((tx) =>
      createUser(tx, { displayName: 'Heir', role: 'admin' }),
    );
    const data = { scope: 'team' as const, sealed: Buffer.from('x') };
    await db.providerKey.update({ where: { id: leaving.keyId }, data });
    const id = await addGeneration({ ...(await addPerson()), keyId: leaving.keyId }, { state: 'running' });
    await leave(leaving);
    await purge(leaving.id);
    expect(await exists(leaving)).toBe(true);
    await db.generation.update({ where: { id }, data: { state: 'succeeded' } });
    await purge(leaving.id);
    expect(await exists(leaving)).toBe(false);
    const key = await db.providerKey.findUniqueOrThrow({ where: { id: leaving.keyId } });
    expect([key.ownerId, key.state, key.sealed]).toEqual([heirId, 'retired', null]);
    const { storageKey } = await db.output.findFirstOrThrow({ where: { generationId: id } });
    await store.delete(storageKey);
  });

  it('cancels what came back to the queue after it had left', async () => {
    await addGeneration(leaving, { state: 'queued' });
    await leave(leaving);
    await purge(leaving.id);
    expect(await exists(leaving)).toBe(false);
  });

  it('goes also where files or rows of it went before', async () => {
    await addGeneration(leaving);
    const { storageKey, id } = await addUpload(leaving);
    await store.delete(storageKey);
    await addGeneration(leaving, { uploadId: id });
    await leave(leaving);
    await purge(leaving.id);
    await purge(leaving.id);
    expect([await exists(leaving), await filesLeft()]).toEqual([false, []]);
  });

  it('goes once, whoever else purges it at the same time', async () => {
    for (let n = 0; n < 5; n += 1) await addGeneration(leaving);
    await leave(leaving);
    await Promise.allSettled([purge(leaving.id), purge(leaving.id), purge(leaving.id)]);
    await purge(leaving.id);
    expect(await exists(leaving)).toBe(false);
    const audit = { action: 'account.deleted', subjectId: leaving.id };
    expect(await db.auditEvent.count({ where: audit })).toBe(1);
  });

  it('loses ids that a provider gives it afterwards, without keeping anybody from theirs', async () => {
    const generationId = await addGeneration(leaving);
    await leave(leaving);
    await purge(leaving.id);
    const work = { generationId, provider: 'genaipro', operationIds: ['late'] };
    expect(await recordOperations(db, work, { spacingMs: 10 })).toEqual({ erased: true, watch: null });
  });
});

it('an account that nobody deletes is not purged', async () => {
  const person = await addPerson();
  const id = await addGeneration(person);
  for (const state of ['active', 'suspended'] as const) {
    await db.user.update({ where: { id: person.id }, data: { state } });
    await purge(person.id);
  }
  expect(await db.generation.count({ where: { id } })).toBe(1);
  await purge(randomUUID());
});

describe('a project of an account that is leaving', () => {
  const [first, second] = [new Date(1_000), new Date(2_000)];

  it('passes to whoever has edited in it for the longest, who keeps what they made', async () => {
    const [leaving, viewer, later, heir] = await Promise.all([1, 2, 3, 4].map(() => addPerson()));
    if (!leaving || !viewer || !later || !heir) throw new Error('Nobody came.');
    const projectId = await addProject([
      [leaving, 'owner'],
      [viewer, 'viewer', first],
      [later, 'editor', second],
      [heir, 'editor', first],
    ]);
    const theirs = await addGeneration(heir, { projectId });
    const gone = await addGeneration(leaving, { projectId });
    await leave(leaving);
    await purge(leaving.id);
    expect(await rolesIn(projectId)).toEqual({
      [viewer.id]: 'viewer',
      [later.id]: 'editor',
      [heir.id]: 'owner',
    });
    expect(await db.generation.count({ where: { id: theirs, projectId } })).toBe(1);
    expect(await db.generation.count({ where: { id: gone } })).toBe(0);
  });

  it('stays with its other owner', async () => {
    const [leaving, owner, editor] = [await addPerson(), await addPerson(), await addPerson()];
    const projectId = await addProject([
      [leaving, 'owner'],
      [editor, 'editor', first],
      [owner, 'owner', second],
    ]);
    await leave(leaving);
    await purge(leaving.id);
    expect(await rolesIn(projectId)).toEqual({ [owner.id]: 'owner', [editor.id]: 'editor' });
  });

  it('goes where only viewers are left; what others made in it moves to their own project', async () => {
    const [leaving, viewer] = [await addPerson(), await addPerson()];
    const projectId = await addProject([
      [leaving, 'owner'],
      [viewer, 'viewer'],
    ]);
    const [made, running] = [
      await addGeneration(viewer, { projectId }),
      await addGeneration(viewer, { projectId, state: 'running' }),
    ];
    await leave(leaving);
    await purge(leaving.id);
    expect(await db.project.count({ where: { id: projectId } })).toBe(0);
    const inTheirOwn = { id: { in: [made, running] }, projectId: viewer.personalId };
    expect(await db.generation.count({ where: inTheirOwn })).toBe(2);
    // What was spent in it stays counted for it.
    const where = { generationId: { in: [made, running] }, projectId };
    expect(await db.ledgerEntry.count({ where })).toBe(2);
  });

  it('leaves of an image that others used a mark that it is gone, and no file', async () => {
    const [leaving, other] = [await addPerson(), await addPerson()];
    const projectId = await addProject([
      [leaving, 'owner'],
      [other, 'editor'],
    ]);
    const upload = await addUpload(leaving);
    await addGeneration(leaving, { projectId, uploadId: upload.id });
    await addGeneration(other, { projectId, uploadId: upload.id });
    await leave(leaving);
    await purge(leaving.id);
    const left = await db.upload.findUniqueOrThrow({ where: { id: upload.id } });
    expect([left.ownerId, left.deletedAt]).toEqual([other.id, expect.any(Date)]);
    expect(await store.read(upload.storageKey)).toBeNull();
    expect(await tablesThatMention(leaving.id)).toEqual([]);
  });

  it('takes webhooks and what was sent to them with it', async () => {
    const [person, other] = [await addPerson(), await addPerson()];
    for (const { id: userId } of [person, other]) {
      const endpoint = {
        id: randomUUID(),
        userId,
        url: 'https://hooks.example/',
        label: 'Hook',
        ringId: 'r',
      };
      await db.webhookEndpoint.create({ data: { ...endpoint, sealed: new Uint8Array(8) } });
      await db.webhookDelivery.create({
        data: { id: randomUUID(), endpointId: endpoint.id, type: 'webhook.test' },
      });
    }
    await leave(person);
    await purge(person.id);
    const left = await db.webhookDelivery.findMany({ select: { endpoint: true } });
    expect(left.map(({ endpoint }) => endpoint.userId)).toEqual([other.id]);
  });
});
