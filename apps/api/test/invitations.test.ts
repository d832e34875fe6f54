import { randomBytes, randomUUID } from 'node:crypto';
import type { CreatedInvitation, Invitation, InvitationPreview } from '@veogate/shared/contracts/invitations';
import type { Static } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';
import { createPeople, tokenOf } from './support/people.ts';

let api: TestApi;
let people: ReturnType<typeof createPeople>;
beforeAll(async () => {
  api = await startTestApi({ ACCESS_PROFILE: 'invite', PUBLIC_URL: 'https://veogate.test' });
  people = createPeople(api);
});
afterAll(() => api?.close());

type Headers = Record<string, string>;
const url = '/v1/admin/invitations';
const anonymous = {};
const ask = (body: object, as?: Headers) =>
  api.call<Static<typeof CreatedInvitation> & { code: string; errors: { field: string }[] }>('POST', url, {
    body,
    ...(as && { as }),
  });
async function invite(body: object, as?: Headers) {
  const made = await ask(body, as);
  expect(made.status, made.text).toBe(201);
  return { ...made.body, token: tokenOf(made.body.url ?? 'https://veogate.test/') };
}
const preview = (token: string) =>
  api.call<InvitationPreview & { code: string }>('POST', '/v1/invitations/preview', {
    as: anonymous,
    body: { token },
  });
const find = async (id: string) => {
  const { body } = await api.call<{ data: Invitation[] }>('GET', `${url}?limit=100`);
  return body.data.find((invitation) => invitation.id === id);
};
const membersOf = (projectId: string) => api.db.projectMember.findMany({ where: { projectId } });

describe('an invitation', () => {
  it('by e-mail is kept in lower case, is for one person and does not end by itself', async () => {
    const { invitation, url: link } = await invite({
      kind: 'email',
      value: ' Ada@Example.COM ',
      note: ' Hi ',
    });
    expect(invitation).toMatchObject({ value: 'ada@example.com', seats: 1, used: 0, role: 'member' });
    expect(invitation).toMatchObject({ state: 'open', expires_at: null, note: 'Hi' });
    expect(link).toBeNull();
  });

  it('of a domain or a group is for as many as come, or as many as it says', async () => {
    const domain = await invite({ kind: 'domain', value: 'Example.com' });
    expect(domain.invitation).toMatchObject({ value: 'example.com', seats: null });
    const group = await invite({ kind: 'group', value: 'Film Crew', seats: 3 });
    expect(group.invitation).toMatchObject({ value: 'film crew', seats: 3 });
  });

  it('by a link shows it once, keeps its hash alone and ends after 72 hours', async () => {
    const made = await invite({ kind: 'link', role: 'admin', allowance: { amount: '2.5', unit: 'usd' } });
    expect(made.url).toMatch(/^https:\/\/veogate\.test\/invitation#token=[\w-]{43}$/);
    expect(made.invitation).toMatchObject({
      value: null,
      seats: 1,
      allowance: { amount: '2.50', unit: 'usd' },
    });
    const hours = (Date.parse(made.invitation.expires_at ?? '') - Date.now()) / 3_600_000;
    expect(Math.round(hours)).toBe(72);
    const listed = await api.call('GET', `${url}?limit=100`);
    expect(listed.text).not.toContain(made.token);
    expect(JSON.stringify(await api.db.invitation.findMany())).not.toContain(made.token);
    expect(api.logs()).not.toContain(made.token);
  });

  it.each([
    ['value', { kind: 'email' }],
    ['value', { kind: 'email', value: 'ada' }],
    ['value', { kind: 'email', value: 'a da@example.com' }],
    ['value', { kind: 'email', value: 'ada@exam ple.com' }],
    ['value', { kind: 'email', value: 'ada@example' }],
    ['value', { kind: 'email', value: 'ada@bob@example.com' }],
    ['value', { kind: 'domain', value: '@example.com' }],
    ['value', { kind: 'domain', value: 'com' }],
    ['value', { kind: 'domain', value: 'GMAIL.com' }],
    ['value', { kind: 'domain', value: 'outlook.com' }],
    ['value', { kind: 'group', value: '  ' }],
    ['value', { kind: 'link', value: 'ada@example.com' }],
    ['seats', { kind: 'link', seats: 2 }],
    ['seats', { kind: 'email', value: 'ada@example.com', seats: 2 }],
    ['role', { kind: 'domain', value: 'example.com', role: 'admin' }],
    ['role', { kind: 'group', value: 'crew', role: 'admin' }],
    ['project_role', { kind: 'link', project_id: randomUUID() }],
    ['project_id', { kind: 'link', project_role: 'viewer' }],
    ['allowance', { kind: 'link', allowance: { amount: '0', unit: 'usd' } }],
    ['allowance', { kind: 'link', allowance: { amount: '-1', unit: 'usd' } }],
    ['allowance', { kind: 'link', allowance: { amount: '0.00001', unit: 'usd' } }],
    ['allowance', { kind: 'link', allowance: { amount: '10000000000', unit: 'usd' } }],
    ['allowance', { kind: 'link', allowance: { amount: 'much', unit: 'credits' } }],
  ])('is refused for its %s: %j', async (field, body) => {
    const { status, body: problem } = await ask(body);
    expect([status, problem.code]).toEqual([400, 'invalid_request']);
    expect(problem.errors.map((issue) => issue.field)).toEqual([field]);
  });

  it.each([
    {},
    { kind: 'phone', value: '1' },
    { kind: 'link', role: 'owner' },
    { kind: 'link', color: 'red' },
    { kind: 'link', project_id: 'film', project_role: 'viewer' },
    { kind: 'link', project_id: randomUUID(), project_role: 'owner' },
    { kind: 'link', expires_in_hours: 0 },
    { kind: 'link', note: '' },
    { kind: 'link', allowance: { amount: '1', unit: 'eur' } },
    { kind: 'domain', value: 'example.com', seats: 0 },
  ])('is not made of %j', async (body) => {
    expect((await ask(body)).status).toBe(400);
  });

  it('into a project comes from somebody who works in it', async () => {
    const owner = await api.addPerson('Olga');
    const { id } = await people.makeProject(owner.as);
    const body = { kind: 'link', project_id: id, project_role: 'viewer' };
    expect((await ask(body)).status).toBe(404);
    const admin = await api.addPerson('Root', 'admin');
    await people.accept(admin.as, (await people.makeLink(owner.as, id, 'viewer')).token);
    expect((await ask(body, admin.as)).status).toBe(403);
    await people.accept(admin.as, (await people.makeLink(owner.as, id, 'editor')).token);
    expect((await invite(body, admin.as)).invitation).toMatchObject({
      project_id: id,
      project_role: 'viewer',
    });
  });

  it('is listed for auditors, and made and revoked by administrators alone', async () => {
    const { invitation } = await invite({ kind: 'email', value: 'who@example.com' });
    const [auditor, member] = [await api.addPerson('Audrey', 'auditor'), await api.addPerson()];
    const look = (as: Headers) => api.call('GET', url, { as });
    expect([(await look(auditor.as)).status, (await look(member.as)).status]).toEqual([200, 403]);
    for (const { as } of [auditor, member]) {
      expect((await ask({ kind: 'link' }, as)).status).toBe(403);
      expect((await api.call('DELETE', `${url}/${invitation.id}`, { as })).status).toBe(403);
    }
    expect((await api.call('DELETE', `${url}/${invitation.id}`)).status).toBe(204);
    expect(await find(invitation.id)).toMatchObject({ state: 'revoked' });
    expect((await api.call('DELETE', `${url}/${randomUUID()}`)).status).toBe(404);
    const events = await api.db.auditEvent.findMany({
      where: { subjectId: invitation.id },
      omit: { ticket: true },
    });
    expect(events.map(({ action }) => action)).toEqual(['invitation.created', 'invitation.revoked']);
    expect(JSON.stringify(events)).not.toContain('who@example.com');
  });

  it('into a project by its owner is none of the list', async () => {
    const { as } = await api.addPerson();
    const link = await people.makeLink(as, (await people.makeProject(as)).id, 'viewer');
    expect(await find(link.id)).toBeUndefined();
    expect((await api.call('DELETE', `${url}/${link.id}`)).status).toBe(404);
  });
});

describe('a guest', () => {
  it('sees who invites, and to what, before signing in', async () => {
    const { id } = await people.makeProject((await api.signIn(api.owner.id)) as Headers, 'Spot');
    const { token } = await invite({
      kind: 'link',
      note: 'Welcome',
      allowance: { amount: '5', unit: 'credits' },
      project_id: id,
      project_role: 'editor',
    });
    expect((await preview(token)).body).toMatchObject({
      admits: true,
      invited_by: 'Admin',
      role: 'member',
      project_name: 'Spot',
      project_role: 'editor',
      allowance: { amount: '5', unit: 'credits' },
      note: 'Welcome',
    });
  });

  it('is told the same of a link that never was, that ended, that was used and that was revoked', async () => {
    const [ended, revoked] = [await invite({ kind: 'link' }), await invite({ kind: 'link' })];
    const where = { id: ended.invitation.id };
    await api.db.invitation.update({ where, data: { expiresAt: new Date(Date.now() - 1) } });
    await api.call('DELETE', `${url}/${revoked.invitation.id}`);
    const { as } = await api.addPerson();
    const used = await people.makeLink(as, (await people.makeProject(as)).id, 'viewer');
    await people.accept((await api.addPerson()).as, used.token);
    expect((await find(ended.invitation.id))?.state).toBe('expired');
    const answers = await Promise.all(
      [ended.token, revoked.token, used.token, randomBytes(32).toString('base64url'), 'x'].map(preview),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.code}`))).toEqual(
      new Set(['410 invitation_invalid']),
    );
    for (const token of [ended.token, revoked.token, used.token])
      expect((await people.accept((await api.addPerson()).as, token)).status).toBe(410);
  });

  it.each([{}, { token: '' }, { token: 1 }, { token: 'x'.repeat(201) }, { token: 'x', role: 'admin' }])(
    'gets no answer for %j',
    async (body) => {
      const asked = await api.call('POST', '/v1/invitations/preview', { as: anonymous, body });
      expect(asked.status).toBe(400);
    },
  );

  it('accepts with a browser that is signed in, and with no token', async () => {
    const { as, user } = await api.addPerson();
    const { token } = await people.makeLink(as, (await people.makeProject(as)).id, 'viewer');
    expect((await people.accept(anonymous, token)).status).toBe(401);
    const program = await people.addToken(user.id, ['projects:write', 'account:read']);
    expect((await people.accept(program, token)).status).toBe(403);
  });

  it('takes the one seat, however many try at the same moment', async () => {
    const { as } = await api.addPerson();
    const { id } = await people.makeProject(as);
    const { id: linkId, token } = await people.makeLink(as, id, 'viewer');
    const guests = await Promise.all(Array.from({ length: 20 }, () => api.addPerson()));
    const answers = await Promise.all(guests.map((guest) => people.accept(guest.as, token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(19);
    expect(await membersOf(id)).toHaveLength(2);
    expect(await api.db.invitation.findUnique({ where: { id: linkId } })).toMatchObject({ used: 1 });
  });

  it('accepts again without an error or a second seat, at the same moment too', async () => {
    const { as } = await api.addPerson();
    const { id } = await people.makeProject(as);
    const { id: linkId, token } = await people.makeLink(as, id, 'viewer');
    const guest = await api.addPerson();
    const answers = await Promise.all(Array.from({ length: 5 }, () => people.accept(guest.as, token)));
    answers.push(await people.accept(guest.as, token));
    for (const { status, body } of answers) expect([status, body.project_id]).toEqual([200, id]);
    expect(await api.db.invitation.findUnique({ where: { id: linkId } })).toMatchObject({ used: 1 });
  });

  it('does not come back by a link that they used before they were taken out', async () => {
    const { as } = await api.addPerson();
    const { id } = await people.makeProject(as);
    const { token } = await people.makeLink(as, id, 'viewer');
    const guest = await api.addPerson();
    await people.accept(guest.as, token);
    await api.call('DELETE', `/v1/projects/${id}/members/${guest.user.id}`, { as });
    expect((await people.accept(guest.as, token)).status).toBe(410);
    expect(await membersOf(id)).toHaveLength(1);
  });

  it('never loses a role, and leaves a link that gives nothing to whom it is meant for', async () => {
    const { as, user } = await api.addPerson();
    const { id } = await people.makeProject(as);
    const { token } = await people.makeLink(as, id, 'viewer');
    expect((await people.accept(as, token)).body.project_id).toBe(id);
    expect(await membersOf(id)).toMatchObject([{ userId: user.id, role: 'owner' }]);
    expect((await people.accept((await api.addPerson()).as, token)).status).toBe(200);
  });

  it('with an account keeps its own role and allowance', async () => {
    const { token } = await invite({ kind: 'link', role: 'admin', allowance: { amount: '9', unit: 'usd' } });
    const guest = await api.addPerson();
    expect((await people.accept(guest.as, token)).body.project_id).toBeNull();
    const kept = await api.db.user.findUnique({ where: { id: guest.user.id } });
    expect(kept).toMatchObject({ role: 'member', allowanceAmount: null });
    expect((await preview(token)).status).toBe(200);
  });
});
