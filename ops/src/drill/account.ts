import { randomBytes } from 'node:crypto';
import type { Database } from '@veogate/shared/db/client';
import { beginLeaving } from '@veogate/shared/db/leaving-repo';
import { insertToken, newTokenSecret } from '@veogate/shared/db/token-repo';
import { createUser } from '@veogate/shared/db/user-repo';
import { Problem } from '../command.ts';
import { waitUntil } from './wait-until.ts';

const CHECK_MS = 60_000;

export type DrillAccount = Awaited<ReturnType<typeof openAccount>>;

/** Somebody for the drill, with a token and a key of the simulator; gone with all that is theirs afterwards. */
export async function openAccount(db: Database, url: string, termsVersion: string | null) {
  const { secret: token, ...kept } = newTokenSecret();
  const user = await db.$transaction(async (tx) => {
    const made = await createUser(tx, { displayName: 'Fire drill' });
    await insertToken(tx, {
      ...{ ...kept, userId: made.id, name: 'Fire drill', expiresAt: new Date(Date.now() + 3_600_000) },
      scopes: ['keys:read', 'keys:write', 'generations:read', 'generations:write'],
    });
    return tx.user.update({ where: { id: made.id }, data: { termsVersion } });
  });

  async function call(method: string, path: string, body?: object) {
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new Problem(`The service at ${url} does not answer (${String(error)}). Start it first.`);
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>,
    };
  }

  const secret = `eyJ${randomBytes(24).toString('base64url')}`;
  const added = await call('POST', '/v1/keys', { provider: 'demo', secret, label: 'Fire drill' });
  if (added.status !== 201)
    throw new Problem(`No key could be added: ${JSON.stringify(added.body['detail'] ?? added.body)}`);
  const keyId = String(added.body['id']);
  await waitUntil('the key to be checked', CHECK_MS, async () => {
    const key = await db.providerKey.findUnique({ where: { id: keyId } });
    return key?.state === 'active';
  });

  return {
    userId: user.id,
    keyId,
    secret,
    call,
    /** Begins one; the answer's status, which says whether it was let in. */
    async generate(prompt: string): Promise<{ status: number; id: string }> {
      const body = { model: 'demo/veo', kind: 'text_to_video', prompt, key_id: keyId };
      const { status, body: made } = await call('POST', '/v1/generations', body);
      return { status, id: String(made['id'] ?? '') };
    },
    /** The account is erased like any other, by a worker. */
    async leave(): Promise<void> {
      await db.$transaction((tx) => beginLeaving(tx, user.id, '127.0.0.1'));
    },
  };
}
