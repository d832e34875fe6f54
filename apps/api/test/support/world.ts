import { createHash, randomBytes } from 'node:crypto';
import { type Scope, scopes } from '@veogate/shared/domain/scopes';
import { uuidv7 } from 'uuidv7';
import type { TestApi } from './api.ts';

export type World = Awaited<ReturnType<typeof buildWorld>>;
type Headers = Record<string, string>;

/** Everybody who may knock, and things of theirs to knock at: each call makes a new one, so that it may be destroyed. */
export async function buildWorld(api: TestApi) {
  const { db } = api;
  const owner = await api.addPerson('Owner');
  const editor = await api.addPerson('Editor');
  const viewer = await api.addPerson('Viewer');
  const other = await api.addPerson('Other');
  const suspended = await api.addPerson('Suspended');
  const auditor = await api.addPerson('Auditor', 'auditor');
  const admin = await api.addPerson('Second admin', 'admin');
  await db.user.updateMany({ data: { termsVersion: api.services.config.TERMS_VERSION ?? null } });
  await db.user.update({ where: { id: suspended.user.id }, data: { state: 'suspended' } });

  async function project(): Promise<string> {
    const id = uuidv7();
    const members = [
      { userId: owner.user.id, role: 'owner' as const },
      { userId: editor.user.id, role: 'editor' as const },
      { userId: viewer.user.id, role: 'viewer' as const },
      { userId: suspended.user.id, role: 'viewer' as const },
    ];
    await db.project.create({ data: { id, name: 'Shared', kind: 'shared', members: { create: members } } });
    return id;
  }

  async function limitedProject(): Promise<string> {
    const scopeId = await project();
    const data = {
      scope: 'project' as const,
      scopeId,
      unit: 'credits',
      period: 'month' as const,
      amount: '5',
    };
    await db.budget.create({ data });
    return scopeId;
  }

  async function key(): Promise<string> {
    const id = uuidv7();
    const provider = {
      ownerId: owner.user.id,
      provider: 'genaipro',
      label: 'Key',
      hint: 'abcd',
      ringId: 'x',
    };
    await db.providerKey.create({ data: { id, ...provider, state: 'active', sealed: Buffer.from('x') } });
    return id;
  }

  /** As a part of a path. */
  async function blockedNetwork(): Promise<string> {
    const network = `2001:db8:${randomBytes(2).readUInt16BE().toString(16)}:1::/64`;
    const until = new Date(Date.now() + 3_600_000);
    await db.blockedNetwork.create({ data: { network, until, reason: 'Too much.' } });
    return encodeURIComponent(network);
  }

  async function upload(): Promise<string> {
    const id = uuidv7();
    const image = { storageKey: `uploads/${id}`, mimeType: 'image/png', byteSize: 1, width: 1, height: 1 };
    await db.upload.create({ data: { id, ownerId: owner.user.id, ...image } });
    return id;
  }

  /** A finished one in the shared project, with an output and an input. */
  async function generation(): Promise<string> {
    const id = uuidv7();
    const uploadId = await upload();
    await db.generation.create({
      data: {
        id,
        projectId: await project(),
        userId: owner.user.id,
        keyId: await key(),
        provider: 'genaipro',
        model: 'genaipro/veo',
        kind: 'image_to_video',
        prompt: 'a paper boat',
        count: 1,
        state: 'succeeded',
        inputs: { create: [{ position: 0, uploadId }] },
        outputs: {
          create: [
            {
              index: 0,
              operationId: uuidv7(),
              storageKey: 'x',
              mimeType: 'video/mp4',
              byteSize: 1n,
              sha256: 'x',
            },
          ],
        },
      },
    });
    return id;
  }

  /** An upload that a generation of the shared project was made of. */
  async function usedUpload(): Promise<string> {
    const id = await generation();
    const input = await db.generationInput.findFirstOrThrow({ where: { generationId: id } });
    return input.uploadId;
  }

  /** A token of this person, as a program sends it. */
  async function token(userId: string, allowed: readonly Scope[]): Promise<Headers> {
    const secret = `vg_${randomBytes(32).toString('base64url')}`;
    const tokenHash = new Uint8Array(createHash('sha256').update(secret).digest());
    const data = {
      id: uuidv7(),
      userId,
      name: 'Token',
      tokenHash,
      hint: secret.slice(-4),
      scopes: [...allowed],
    };
    await db.accessToken.create({ data });
    return { authorization: `Bearer ${secret}` };
  }

  async function invitation(): Promise<string> {
    const id = uuidv7();
    await db.invitation.create({ data: { id, kind: 'email', value: `${id}@example.test` } });
    return id;
  }

  async function projectLink(): Promise<string> {
    const id = uuidv7();
    const projectId = await project();
    const tokenHash = new Uint8Array(createHash('sha256').update(id).digest());
    const data = {
      id,
      kind: 'link' as const,
      tokenHash,
      admits: false,
      projectId,
      projectRole: 'viewer' as const,
    };
    await db.invitation.create({ data });
    return `${projectId}/links/${id}`;
  }

  async function session(): Promise<string> {
    const { cookie } = await api.signIn(owner.user.id);
    const id = createHash('sha256')
      .update(cookie.split('=')[1] ?? '')
      .digest();
    return (await db.session.findUniqueOrThrow({ where: { idHash: new Uint8Array(id) } })).id;
  }

  async function ownToken(): Promise<string> {
    await token(owner.user.id, scopes);
    return (await db.accessToken.findFirstOrThrow({ orderBy: { createdAt: 'desc' } })).id;
  }

  async function webhook(): Promise<string> {
    const id = uuidv7();
    const data = { id, userId: owner.user.id, url: 'https://hooks.example/', label: 'Hook', ringId: 'x' };
    await db.webhookEndpoint.create({ data: { ...data, sealed: Buffer.from('x') } });
    return id;
  }

  async function incident(): Promise<string> {
    const id = uuidv7();
    const about = { rule: 'many_networks', subject: 'user', subjectId: id, severity: 'serious' };
    await db.incident.create({ data: { id, ...about } });
    return id;
  }

  /** As a part of a path. */
  async function delivery(): Promise<string> {
    const endpointId = await webhook();
    const id = uuidv7();
    await db.webhookDelivery.create({ data: { id, endpointId, type: 'webhook.test' } });
    return `${endpointId}/deliveries/${id}`;
  }

  async function identity(): Promise<string> {
    const id = uuidv7();
    await db.identity.create({ data: { id, userId: owner.user.id, provider: 'google', subject: id } });
    return id;
  }

  async function person(): Promise<string> {
    return (await api.addPerson('Somebody')).user.id;
  }

  return {
    /** A new session of each, so that one may be ended. */
    callers: {
      anonymous: async (): Promise<Headers> => ({ origin: api.origin }),
      owner: () => api.signIn(owner.user.id),
      editor: () => api.signIn(editor.user.id),
      viewer: () => api.signIn(viewer.user.id),
      other: () => api.signIn(other.user.id),
      suspended: () => api.signIn(suspended.user.id),
      auditor: () => api.signIn(auditor.user.id),
      admin: () => api.signIn(admin.user.id),
    } satisfies Record<string, () => Promise<Headers>>,
    ownerId: owner.user.id,
    suspendedId: suspended.user.id,
    viewerId: viewer.user.id,
    adminId: admin.user.id,
    generation,
    identity,
    invitation,
    key,
    limitedProject,
    blockedNetwork,
    delivery,
    incident,
    ownToken,
    person,
    project,
    projectLink,
    session,
    token,
    upload,
    usedUpload,
    webhook,
  };
}
