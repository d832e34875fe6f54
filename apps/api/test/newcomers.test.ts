import { randomUUID } from 'node:crypto';
import { admit, type DoorRules, type Visitor } from '@veogate/shared/db/newcomer-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../src/plugins/session.ts';
import { startTestApi, type TestApi } from './support/api.ts';

const invited: DoorRules = { isOpen: false, seats: 0, adminEmails: ['boss@example.test'], captchaDue: false };
const open: DoorRules = { ...invited, isOpen: true };

let api: TestApi | undefined;
beforeEach(async () => {
  await api?.close();
  api = await startTestApi({ ACCESS_PROFILE: 'invite', PUBLIC_URL: 'https://veogate.test' });
});
afterAll(() => api?.close());
const db = () => (api as TestApi).db;

const visitor = (more: Partial<Visitor> = {}): Visitor => ({
  provider: 'oidc',
  subject: randomUUID(),
  email: 'guest@example.test',
  emailVerified: true,
  name: 'Guest',
  groups: [],
  invitationHash: null,
  ...more,
});
type NewInvitation = Parameters<TestApi['db']['invitation']['create']>[0]['data'];
const invite = (data: Omit<NewInvitation, 'id'>) =>
  db().invitation.create({ data: { id: randomUUID(), ...data } as NewInvitation });

/** The account, or the code of the refusal. */
async function knock(who: Visitor, rules = invited) {
  try {
    return await db().$transaction(async (tx) => {
      const admission = await admit(tx, who, rules);
      if ('refused' in admission) throw new AppError(admission.refused);
      return tx.user.findUniqueOrThrow({ where: { id: admission.userId }, include: { memberships: true } });
    });
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe('an address that only looks like another', () => {
  // The sign of Kelvin, which becomes a k in small letters.
  const [real, lookalike] = ['kate@example.test', '\u212aate@example.test'];

  it('is no administrator’s, nor invited', async () => {
    const rules = { ...invited, adminEmails: [real] };
    expect(await knock(visitor({ email: lookalike }), rules)).toBe('not_invited');
    await invite({ kind: 'email', value: real, seats: 1 });
    expect(await knock(visitor({ email: lookalike }), invited)).toBe('not_invited');
    expect(await knock(visitor({ email: 'KATE@example.test' }), rules)).toMatchObject({ role: 'admin' });
  });
});

describe('by invitation', () => {
  it('stays closed to whoever has none', async () => {
    expect(await knock(visitor())).toBe('not_invited');
    expect(await knock(visitor({ email: null, emailVerified: false }))).toBe('not_invited');
    expect(await db().user.count()).toBe(1);
  });

  it.each([
    ['an address', { kind: 'email', value: 'guest@example.test' }, { email: 'Guest@Example.test' }],
    ['a domain', { kind: 'domain', value: 'example.test' }, {}],
    ['a group', { kind: 'group', value: 'film crew' }, { groups: ['Film Crew'], email: null }],
    [
      'a link',
      { kind: 'link', tokenHash: sha256('a-link') },
      { invitationHash: sha256('a-link'), email: null },
    ],
  ] as const)('lets in whom %s admits', async (_, invitation, who) => {
    await invite(invitation);
    expect(await knock(visitor({ ...who, groups: 'groups' in who ? [...who.groups] : [] }))).toMatchObject({
      role: 'member',
    });
  });

  it('believes no address that nobody verified, and no domain that merely ends like it', async () => {
    await invite({ kind: 'email', value: 'guest@example.test' });
    await invite({ kind: 'domain', value: 'example.test' });
    expect(await knock(visitor({ emailVerified: false }))).toBe('email_unverified');
    expect(await knock(visitor({ email: 'guest@not-example.test' }))).toBe('not_invited');
    expect(await knock(visitor({ email: 'boss@example.test', emailVerified: false }))).toBe(
      'email_unverified',
    );
  });

  it.each([
    ['expired', { expiresAt: new Date(0) }],
    ['revoked', { revokedAt: new Date() }],
    ['used up', { seats: 1, used: 1 }],
    ['for a project alone', { admits: false }],
  ])('takes no link that is %s', async (_, more) => {
    await invite({ kind: 'link', tokenHash: sha256('a-link'), ...more });
    expect(await knock(visitor({ invitationHash: sha256('a-link') }))).toBe('invitation_invalid');
  });

  it('lets one in of those who use a link for one at the same moment', async () => {
    await invite({ kind: 'link', tokenHash: sha256('a-link'), seats: 1 });
    const hash = sha256('a-link');
    const results = await Promise.all([1, 2].map(() => knock(visitor({ invitationHash: hash }))));
    expect(results.filter((result) => result === 'invitation_invalid')).toHaveLength(1);
    expect(await db().invitationUse.count()).toBe(1);
    expect((await db().invitation.findFirstOrThrow()).used).toBe(1);
  });

  it('gives the role, the project and the allowance of the invitation', async () => {
    const project = await db().project.create({ data: { id: randomUUID(), name: 'Boats', kind: 'shared' } });
    await invite({
      kind: 'email',
      value: 'guest@example.test',
      role: 'auditor',
      projectId: project.id,
      projectRole: 'editor',
      allowanceAmount: '12.5',
      allowanceUnit: 'usd',
    });
    const user = await knock(visitor());
    expect(user).toMatchObject({ role: 'auditor', allowanceUnit: 'usd' });
    expect(typeof user === 'object' && user.memberships).toContainEqual(
      expect.objectContaining({ projectId: project.id, role: 'editor' }),
    );
  });

  it('makes an administrator of whoever has a listed address, verified', async () => {
    expect(await knock(visitor({ email: 'Boss@example.test' }))).toMatchObject({ role: 'admin' });
  });
});

describe('an open door', () => {
  it('takes a verified address or none, and puts off whoever has to show that they are a person', async () => {
    expect(await knock(visitor(), { ...open, captchaDue: true })).toMatchObject({ captchaDue: true });
    expect(await knock(visitor({ email: null, emailVerified: false }), open)).toMatchObject({
      role: 'member',
    });
    expect(await knock(visitor({ emailVerified: false }), open)).toBe('email_unverified');
  });

  it('has no more seats than were set, however many come at once; who is leaving has none', async () => {
    const rules = { ...open, seats: 3 };
    const results = await Promise.all(Array.from({ length: 5 }, () => knock(visitor(), rules)));
    expect(results.filter((result) => result === 'seats_taken')).toHaveLength(3);
    await db().user.updateMany({ where: { role: 'admin' }, data: { state: 'leaving' } });
    expect(await knock(visitor(), rules)).toMatchObject({ role: 'member' });
  });

  it('makes one account of a newcomer who comes twice at the same moment', async () => {
    const who = visitor();
    await Promise.all([1, 2, 3].map(() => knock(who, open)));
    expect(await db().identity.count()).toBe(1);
    expect(await db().user.count()).toBe(2);
  });

  it('is shut to newcomers while the service is closed', async () => {
    await db().serviceMode.update({ where: { id: 1 }, data: { mode: 'closed' } });
    expect(await knock(visitor(), open)).toBe('service_closed');
  });
});
