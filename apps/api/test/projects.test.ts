import { randomUUID } from 'node:crypto';
import type { Member, OpenProjectLink, Project } from '@veogate/shared/contracts/projects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';
import { createPeople } from './support/people.ts';

let api: TestApi;
let people: ReturnType<typeof createPeople>;
beforeAll(async () => {
  api = await startTestApi({ ACCESS_PROFILE: 'invite', PUBLIC_URL: 'https://veogate.test' });
  people = createPeople(api);
});
afterAll(() => api?.close());

type Headers = Record<string, string>;
const projectsOf = async (as: Headers) =>
  (await api.call<{ data: Project[] }>('GET', '/v1/projects', { as })).body.data;
const membersOf = async (as: Headers, id: string) =>
  (await api.call<{ data: Member[] }>('GET', `/v1/projects/${id}/members`, { as })).body.data;
const actionsOn = async (subjectId: string) => {
  const events = await api.db.auditEvent.findMany({ where: { subjectId }, orderBy: { at: 'asc' } });
  return events.map(({ action }) => action);
};

describe('a project', () => {
  it('is made by anybody, who owns it', async () => {
    const { as } = await api.addPerson();
    const made = await api.call<Project>('POST', '/v1/projects', { as, body: { name: '  Film  ' } });
    expect(made.status).toBe(201);
    expect(made.headers['location']).toBe(`/v1/projects/${made.body.id}`);
    expect(made.body).toMatchObject({ name: 'Film', kind: 'shared', role: 'owner', member_count: 1 });
    expect((await api.call('GET', `/v1/projects/${made.body.id}`, { as })).body).toEqual(made.body);
    expect((await projectsOf(as)).map(({ kind }) => kind)).toEqual(['personal', 'shared']);
    expect(await actionsOn(made.body.id)).toEqual(['project.created']);
  });

  it.each([
    {},
    { name: '' },
    { name: '   ' },
    { name: 'x'.repeat(81) },
    { name: 1 },
    { name: 'Film', kind: 'personal' },
    { name: 'Film', color: 'red' },
  ])('is not made of %j', async (body) => {
    const { status, body: problem } = await api.call('POST', '/v1/projects', { body });
    expect([status, problem['code']]).toEqual([400, 'invalid_request']);
  });

  it('is renamed by its owner, as is the personal one', async () => {
    const { as } = await api.addPerson();
    const { id } = await people.makeProject(as);
    const renamed = await api.call<Project>('PATCH', `/v1/projects/${id}`, { as, body: { name: ' Spot ' } });
    expect(renamed.body).toMatchObject({ id, name: 'Spot' });
    const personal = (await projectsOf(as)).find(({ kind }) => kind === 'personal');
    const url = `/v1/projects/${personal?.id}`;
    expect((await api.call('PATCH', url, { as, body: { name: 'Mine' } })).body['name']).toBe('Mine');
    expect(await actionsOn(id)).toEqual(['project.created', 'project.renamed']);
  });

  it('is deleted by its owner, and the personal one by nobody', async () => {
    const { as } = await api.addPerson();
    const { id } = await people.makeProject(as);
    expect((await api.call('DELETE', `/v1/projects/${id}`, { as })).status).toBe(204);
    expect((await api.call('GET', `/v1/projects/${id}`, { as })).status).toBe(404);
    expect((await api.call('DELETE', `/v1/projects/${id}`, { as })).status).toBe(404);
    const [personal] = await projectsOf(as);
    const refused = await api.call('DELETE', `/v1/projects/${personal?.id}`, { as });
    expect([refused.status, refused.body['code']]).toEqual([403, 'forbidden']);
  });

  it('is one of at most 100 that somebody owns, however many are made at once', async () => {
    const { as, user } = await api.addPerson();
    for (let n = 0; n < 97; n++) {
      const members = { create: { userId: user.id, role: 'owner' } } as const;
      await api.db.project.create({ data: { id: randomUUID(), name: `${n}`, kind: 'shared', members } });
    }
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.call('POST', '/v1/projects', { as, body: { name: 'one more' } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body['code']).toBe('too_many');
  });
});

describe('a project that is deleted', () => {
  it('leaves to each maker what they made in it, deleted things too', async () => {
    const owner = await api.addPerson('Owner');
    const { id } = await people.makeProject(owner.as);
    const editor = await people.addMember(owner.as, id, 'editor');
    const [mine, theirs] = [
      await people.generate(owner.as, { project_id: id }),
      await people.generate(editor.as, { project_id: id }),
    ];
    const gone = await people.generate(editor.as, { project_id: id });
    await api.call('POST', `/v1/generations/${gone.id}/cancel`, { as: editor.as });
    await api.call('DELETE', `/v1/generations/${gone.id}`, { as: editor.as });

    expect((await api.call('DELETE', `/v1/projects/${id}`, { as: owner.as })).status).toBe(204);

    const personal = async (as: Headers) => (await projectsOf(as))[0]?.id;
    const shown = await api.call('GET', `/v1/generations/${mine.id}`, { as: owner.as });
    expect(shown.body).toMatchObject({ project_id: await personal(owner.as), status: 'queued' });
    const other = await api.call('GET', `/v1/generations/${theirs.id}`, { as: editor.as });
    expect(other.body['project_id']).toBe(await personal(editor.as));
    expect((await api.call('GET', `/v1/generations/${theirs.id}`, { as: owner.as })).status).toBe(404);
    expect((await api.call('GET', `/v1/generations/${mine.id}`, { as: editor.as })).status).toBe(404);
    const kept = await api.db.generation.findUniqueOrThrow({ where: { id: gone.id } });
    expect(kept.projectId).toBe(await personal(editor.as));
    expect(await actionsOn(id)).toContain('project.deleted');
  });

  it('loses no generation that is begun in the same moment', async () => {
    const owner = await api.addPerson();
    const { id } = await people.makeProject(owner.as);
    const editor = await people.addMember(owner.as, id, 'editor');
    const key = await people.addKey(editor.as);
    const body = {
      model: 'genaipro/veo',
      kind: 'text_to_video',
      prompt: 'x',
      key_id: key.id,
      project_id: id,
    };
    const begun = Array.from({ length: 6 }, () =>
      api.call<{ id: string }>('POST', '/v1/generations', { as: editor.as, body }),
    );
    const deleted = api.call('DELETE', `/v1/projects/${id}`, { as: owner.as });
    const answers = await Promise.all(begun);
    expect((await deleted).status).toBe(204);
    for (const { status, body } of answers) {
      expect([202, 404]).toContain(status);
      if (status === 202)
        expect((await api.call('GET', `/v1/generations/${body.id}`, { as: editor.as })).status).toBe(200);
    }
  });

  it('takes its tokens and links with it, and leaves who was invited to the service', async () => {
    const { as, user } = await api.addPerson('Ada', 'admin');
    const { id } = await people.makeProject(as);
    const program = await people.addToken(user.id, ['projects:read'], id);
    const { token } = await people.makeLink(as, id, 'viewer');
    const invited = await api.call<{ invitation: { id: string } }>('POST', '/v1/admin/invitations', {
      as,
      body: { kind: 'email', value: 'guest@example.com', project_id: id, project_role: 'viewer' },
    });
    await api.call('DELETE', `/v1/projects/${id}`, { as });
    expect((await api.call('GET', '/v1/projects', { as: program })).status).toBe(401);
    expect((await people.accept((await api.addPerson()).as, token)).status).toBe(410);
    const where = { id: invited.body.invitation.id };
    const left = await api.db.invitation.findUniqueOrThrow({ where });
    expect(left).toMatchObject({ projectId: null, projectRole: null, revokedAt: null });
  });

  it('is deleted once by two who try at the same moment', async () => {
    const { as } = await api.addPerson();
    const { id } = await people.makeProject(as);
    const tries = [1, 2].map(() => api.call('DELETE', `/v1/projects/${id}`, { as }));
    expect((await Promise.all(tries)).map(({ status }) => status).sort()).toEqual([204, 404]);
  });
});

describe('the members of a project', () => {
  it('see each other, in the order in which they came', async () => {
    const owner = await api.addPerson('Olga');
    const { id } = await people.makeProject(owner.as);
    const viewer = await people.addMember(owner.as, id, 'viewer', 'Vera');
    expect(await membersOf(viewer.as, id)).toMatchObject([
      { user_id: owner.user.id, display_name: 'Olga', role: 'owner' },
      { user_id: viewer.user.id, display_name: 'Vera', role: 'viewer' },
    ]);
  });

  it('get another role from an owner alone', async () => {
    const owner = await api.addPerson();
    const { id } = await people.makeProject(owner.as);
    const [editor, viewer] = [
      await people.addMember(owner.as, id, 'editor'),
      await people.addMember(owner.as, id, 'viewer'),
    ];
    const url = `/v1/projects/${id}/members/${viewer.user.id}`;
    for (const { as } of [editor, viewer]) {
      const refused = await api.call('PATCH', url, { as, body: { role: 'owner' } });
      expect([refused.status, refused.body['code']]).toEqual([403, 'forbidden']);
    }
    const changed = await api.call<Member>('PATCH', url, { as: owner.as, body: { role: 'editor' } });
    expect(changed.body).toMatchObject({ user_id: viewer.user.id, role: 'editor' });
    expect(await actionsOn(id)).toContain('project.member_changed');
  });

  it('are taken out by an owner, and leave by themselves', async () => {
    const owner = await api.addPerson();
    const { id } = await people.makeProject(owner.as);
    const [editor, viewer] = [
      await people.addMember(owner.as, id, 'editor'),
      await people.addMember(owner.as, id, 'viewer'),
    ];
    const remove = (as: Headers, userId: string) =>
      api.call('DELETE', `/v1/projects/${id}/members/${userId}`, { as });
    expect((await remove(editor.as, viewer.user.id)).status).toBe(403);
    expect((await remove(viewer.as, viewer.user.id)).status).toBe(204);
    expect((await remove(viewer.as, viewer.user.id)).status).toBe(404);
    expect((await remove(owner.as, editor.user.id)).status).toBe(204);
    expect((await api.call('GET', `/v1/projects/${id}`, { as: editor.as })).status).toBe(404);
    expect(await membersOf(owner.as, id)).toHaveLength(1);
  });

  it('keep an owner', async () => {
    const owner = await api.addPerson();
    const { id } = await people.makeProject(owner.as);
    await people.addMember(owner.as, id, 'editor');
    const url = `/v1/projects/${id}/members/${owner.user.id}`;
    const lowered = await api.call('PATCH', url, { as: owner.as, body: { role: 'viewer' } });
    expect([lowered.status, lowered.body['code']]).toEqual([409, 'last_owner']);
    const left = await api.call('DELETE', url, { as: owner.as });
    expect([left.status, left.body['code']]).toEqual([409, 'last_owner']);
  });

  it('keep an owner when both step down at the same moment', async () => {
    const first = await api.addPerson();
    const { id } = await people.makeProject(first.as);
    const second = await people.addMember(first.as, id, 'editor');
    const url = (userId: string) => `/v1/projects/${id}/members/${userId}`;
    await api.call('PATCH', url(second.user.id), { as: first.as, body: { role: 'owner' } });
    const steps = await Promise.all(
      [first, second].map(({ as, user }) =>
        api.call('PATCH', url(user.id), { as, body: { role: 'viewer' } }),
      ),
    );
    expect(steps.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await membersOf(first.as, id)).filter(({ role }) => role === 'owner')).toHaveLength(1);
  });

  it.each([{ role: 'admin' }, {}, { role: 'editor', note: 'x' }])('get no role by %j', async (body) => {
    const owner = await api.addPerson();
    const { id } = await people.makeProject(owner.as);
    const url = `/v1/projects/${id}/members/${owner.user.id}`;
    expect((await api.call('PATCH', url, { as: owner.as, body })).status).toBe(400);
  });
});

describe('a link into a project', () => {
  it('is shown once, and kept as a hash alone', async () => {
    const { as } = await api.addPerson();
    const { id } = await people.makeProject(as);
    const link = await people.makeLink(as, id, 'viewer');
    expect(link.url).toMatch(/^https:\/\/veogate\.test\/invitation#token=[\w-]{43}$/);
    const hours = (Date.parse(link.expires_at) - Date.now()) / 3_600_000;
    expect(Math.round(hours)).toBe(72);
    const listed = await api.call<{ data: OpenProjectLink[] }>('GET', `/v1/projects/${id}/links`, { as });
    expect(listed.body.data).toMatchObject([{ id: link.id, role: 'viewer', expires_at: link.expires_at }]);
    expect(listed.text).not.toContain(link.token);
    expect(JSON.stringify(await api.db.invitation.findMany())).not.toContain(link.token);
    expect(api.logs()).not.toContain(link.token);
  });

  it.each([
    { role: 'owner' },
    { role: 'admin' },
    {},
    { role: 'viewer', expires_in_hours: 0 },
    { role: 'viewer', expires_in_hours: 721 },
    { role: 'viewer', seats: 5 },
  ])('is not made of %j', async (body) => {
    const { as } = await api.addPerson();
    const { id } = await people.makeProject(as);
    expect((await api.call('POST', `/v1/projects/${id}/links`, { as, body })).status).toBe(400);
  });

  it('is made, listed and revoked by an owner alone', async () => {
    const owner = await api.addPerson();
    const { id } = await people.makeProject(owner.as);
    const editor = await people.addMember(owner.as, id, 'editor');
    const link = await people.makeLink(owner.as, id, 'viewer');
    const url = `/v1/projects/${id}/links`;
    const asEditor = { as: editor.as };
    expect((await api.call('POST', url, { ...asEditor, body: { role: 'viewer' } })).status).toBe(403);
    expect((await api.call('GET', url, asEditor)).status).toBe(403);
    expect((await api.call('DELETE', `${url}/${link.id}`, asEditor)).status).toBe(403);
    expect((await api.call('DELETE', `${url}/${link.id}`, { as: owner.as })).status).toBe(204);
    expect((await api.call('GET', url, { as: owner.as })).body['data']).toEqual([]);
    expect((await people.accept((await api.addPerson()).as, link.token)).status).toBe(410);
  });

  it('is not made for a personal project', async () => {
    const { as } = await api.addPerson();
    const [personal] = await projectsOf(as);
    const refused = await api.call('POST', `/v1/projects/${personal?.id}/links`, {
      as,
      body: { role: 'viewer' },
    });
    expect([refused.status, refused.body['code']]).toEqual([403, 'forbidden']);
  });

  it('is void once its maker does not own the project any more', async () => {
    const first = await api.addPerson();
    const { id } = await people.makeProject(first.as);
    const second = await people.addMember(first.as, id, 'editor');
    const url = `/v1/projects/${id}/members/${second.user.id}`;
    await api.call('PATCH', url, { as: first.as, body: { role: 'owner' } });
    const wayBack = await people.makeLink(second.as, id, 'editor');
    await api.call('DELETE', url, { as: first.as });
    expect((await people.accept(second.as, wayBack.token)).status).toBe(410);
  });

  it('of another project is not found', async () => {
    const { as } = await api.addPerson();
    const [one, other] = [await people.makeProject(as), await people.makeProject(as)];
    const link = await people.makeLink(as, one.id, 'viewer');
    expect((await api.call('DELETE', `/v1/projects/${other.id}/links/${link.id}`, { as })).status).toBe(404);
  });
});

describe('whoever is not in a project', () => {
  it('does not learn that it exists, an administrator neither', async () => {
    const owner = await api.addPerson();
    const { id } = await people.makeProject(owner.as);
    const link = await people.makeLink(owner.as, id, 'viewer');
    const name = { name: 'x' };
    const url = `/v1/projects/${id}`;
    const tries = [
      ['GET', url, undefined],
      ['PATCH', url, name],
      ['DELETE', url, undefined],
      ['GET', `${url}/members`, undefined],
      ['PATCH', `${url}/members/${owner.user.id}`, { role: 'viewer' }],
      ['DELETE', `${url}/members/${owner.user.id}`, undefined],
      ['GET', `${url}/links`, undefined],
      ['POST', `${url}/links`, { role: 'viewer' }],
      ['DELETE', `${url}/links/${link.id}`, undefined],
    ] as const;
    const { as: stranger } = await api.addPerson();
    const { as: admin } = await api.addPerson('Root', 'admin');
    for (const as of [stranger, admin]) {
      for (const [method, address, body] of tries) {
        const { status } = await api.call(method, address, { as, ...(body && { body }) });
        expect([method, address, status]).toEqual([method, address, 404]);
      }
    }
    const nowhere = await api.call('GET', `/v1/projects/${randomUUID()}`, { as: stranger });
    const somewhere = await api.call('GET', url, { as: stranger });
    expect(somewhere.body['detail']).toBe(nowhere.body['detail']);
    expect((await api.call('GET', '/v1/projects/film', { as: stranger })).status).toBe(400);
  });
});

describe('a token', () => {
  it('needs the scope', async () => {
    const { as, user } = await api.addPerson();
    const { id } = await people.makeProject(as);
    const reads = await people.addToken(user.id, ['projects:read']);
    const writes = await people.addToken(user.id, ['projects:write']);
    expect((await api.call('GET', `/v1/projects/${id}`, { as: reads })).status).toBe(200);
    expect((await api.call('GET', `/v1/projects/${id}`, { as: writes })).status).toBe(403);
    const body = { name: 'x' };
    expect((await api.call('PATCH', `/v1/projects/${id}`, { as: reads, body })).status).toBe(403);
    expect((await api.call('PATCH', `/v1/projects/${id}`, { as: writes, body })).status).toBe(200);
  });

  it('that is bound to a project sees it alone, makes no other and invites nobody', async () => {
    const { as, user } = await api.addPerson();
    const [mine, other] = [await people.makeProject(as), await people.makeProject(as)];
    const program = await people.addToken(user.id, ['projects:read', 'projects:write'], mine.id);
    expect((await projectsOf(program)).map(({ id }) => id)).toEqual([mine.id]);
    expect((await api.call('GET', `/v1/projects/${other.id}`, { as: program })).status).toBe(404);
    expect((await api.call('DELETE', `/v1/projects/${other.id}`, { as: program })).status).toBe(404);
    const made = await api.call('POST', '/v1/projects', { as: program, body: { name: 'x' } });
    expect([made.status, made.body['code']]).toEqual([403, 'forbidden']);
    const url = `/v1/projects/${mine.id}/links`;
    expect((await api.call('POST', url, { as: program, body: { role: 'viewer' } })).status).toBe(403);
  });
});
