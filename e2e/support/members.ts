import { insertToken, newTokenSecret } from '@veogate/shared/db/token-repo';
import { createUser } from '@veogate/shared/db/user-repo';
import { scopes } from '@veogate/shared/domain/scopes';
import { createClient } from './client.ts';
import type { Stack } from './stack.ts';

/** Somebody else, with a token that may do everything of theirs; they come from wherever `address` says. */
export async function addMember({ db, client }: Stack, displayName: string) {
  const { secret, ...kept } = newTokenSecret();
  const { id } = await db.$transaction(async (tx) => {
    const user = await createUser(tx, { displayName });
    const allowed = scopes.filter((scope) => !scope.startsWith('admin:'));
    await insertToken(tx, { ...kept, userId: user.id, name: 'Script', scopes: allowed, expiresAt: null });
    return user;
  });
  return { id, client: createClient(client.url, secret) };
}
