import { randomBytes, randomUUID } from 'node:crypto';
import type { Generation } from '@veogate/shared/contracts/generations';
import type { Key } from '@veogate/shared/contracts/keys';
import type { Project, ProjectLink } from '@veogate/shared/contracts/projects';
import type { Scope } from '@veogate/shared/domain/scopes';
import { expect } from 'vitest';
import { sha256 } from '../../src/plugins/session.ts';
import type { TestApi } from './api.ts';

type Headers = Record<string, string>;

/** What people do with each other in a test: each through the API. */
export function createPeople(api: TestApi) {
  async function makeProject(as: Headers, name = 'Film'): Promise<Project> {
    const made = await api.call<Project>('POST', '/v1/projects', { as, body: { name } });
    expect(made.status, made.text).toBe(201);
    return made.body;
  }

  async function makeLink(as: Headers, projectId: string, role: 'editor' | 'viewer', more: object = {}) {
    const body = { role, ...more };
    const made = await api.call<ProjectLink>('POST', `/v1/projects/${projectId}/links`, { as, body });
    expect(made.status, made.text).toBe(201);
    return { ...made.body, token: tokenOf(made.body.url) };
  }

  const accept = (as: Headers, token: string) =>
    api.call<{ project_id: string | null; code: string }>('POST', '/v1/invitations/accept', {
      as,
      body: { token },
    });

  /** Somebody who came into a project by a link of its owner. */
  async function addMember(
    owner: Headers,
    projectId: string,
    role: 'editor' | 'viewer',
    name: string = role,
  ) {
    const person = await api.addPerson(name);
    const { token } = await makeLink(owner, projectId, role);
    expect((await accept(person.as, token)).status).toBe(200);
    return person;
  }

  async function addKey(as: Headers): Promise<Key> {
    const body = { provider: 'genaipro', secret: `eyJ${randomBytes(12).toString('hex')}` };
    return (await api.call<Key>('POST', '/v1/keys', { as, body })).body;
  }

  /** With a key of their own. */
  async function generate(as: Headers, more: object = {}): Promise<Generation> {
    const { id } = await addKey(as);
    const body = { model: 'genaipro/veo', kind: 'text_to_video', prompt: 'a boat', key_id: id, ...more };
    const made = await api.call<Generation>('POST', '/v1/generations', { as, body });
    expect(made.status, made.text).toBe(202);
    return made.body;
  }

  /** A program of theirs. */
  async function addToken(userId: string, scopes: Scope[], projectId: string | null = null) {
    const token = `vg_${randomBytes(24).toString('base64url')}`;
    const data = { userId, name: 'a program', tokenHash: sha256(token), hint: token.slice(-4), scopes };
    await api.db.accessToken.create({ data: { id: randomUUID(), projectId, ...data } });
    return { authorization: `Bearer ${token}` };
  }

  return { makeProject, makeLink, accept, addMember, addKey, generate, addToken };
}

export function tokenOf(url: string): string {
  return new URLSearchParams(new URL(url).hash.slice(1)).get('token') ?? '';
}
