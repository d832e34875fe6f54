import type { AddKey } from '@veogate/shared/contracts/keys';
import { append } from '@veogate/shared/db/audit-repo';
import { findKey, insertKey, type KeyRow, recheckKey, retireKeys } from '@veogate/shared/db/key-repo';
import { checkRing, holdUnlocked } from '@veogate/shared/db/mode-repo';
import { AppError, invalidField } from '@veogate/shared/domain/errors';
import { uuidv7 } from 'uuidv7';
import type { Caller } from '../../plugins/session.ts';
import { canManage } from '../../present/key.ts';
import type { Services } from '../../services.ts';

/** A GenAIPro key is a bearer token that begins `eyJ`; it goes into a header, so nothing else may stand in it. */
const GENAIPRO_KEY = /^eyJ[\x21-\x7e]+$/;
const HINT_LENGTH = 4;

type Needs = Pick<Services, 'db' | 'sealer' | 'queues' | 'events' | 'config'>;

/** What people may do with keys: their own, and the team's. */
export function createKeyService({ db, sealer, queues, events, config }: Needs) {
  async function find(userId: string, id: string): Promise<KeyRow> {
    const key = await findKey(db, userId, id);
    if (!key) throw new AppError('not_found', 'There is no such key.');
    return key;
  }

  async function findManaged(caller: Caller, id: string): Promise<KeyRow> {
    const key = await find(caller.userId, id);
    if (!canManage(key, caller))
      throw new AppError('role_missing', 'Administrators look after the keys of the team.');
    return key;
  }

  return {
    find,

    /** Seals a key and keeps only that. The worker will find out whether it is good. */
    async add(caller: Caller, input: AddKey, address: string): Promise<KeyRow> {
      const { userId: ownerId } = caller;
      const sessionIdHash = caller.session?.idHash ?? null;
      const { provider, label, scope = 'kept' } = input;
      const secret = input.secret.trim();
      if (provider === 'demo' && !config.SIMULATOR_URL)
        throw invalidField('provider', 'There is no demo on this service.');
      if (!GENAIPRO_KEY.test(secret)) {
        const message = 'A GenAIPro key begins with eyJ and holds no spaces.';
        throw new AppError('key_secret_malformed', message, { issues: [{ field: 'secret', message }] });
      }
      if (scope === 'session' && !sessionIdHash) {
        throw invalidField(
          'scope',
          'A key can last for a session only where there is one: sign in with a browser.',
        );
      }
      if (scope === 'team' && caller.role !== 'admin')
        throw new AppError('role_missing', 'Administrators add the keys of the team.');
      const id = uuidv7();
      const { sealed, ringId } = await sealer.seal(secret, { keyId: id, ownerId, provider });
      const key = await db.$transaction(async (tx) => {
        await holdUnlocked(tx);
        await checkRing(tx, { ringId });
        await append(tx, {
          action: 'key.added',
          actorId: ownerId,
          subject: 'key',
          subjectId: id,
          detail: { provider, scope },
          address,
        });
        return insertKey(tx, {
          id,
          ownerId,
          provider,
          label: label?.trim() ?? `${provider === 'demo' ? 'Demo' : 'GenAIPro'} key`,
          hint: secret.slice(-HINT_LENGTH),
          scope,
          sessionIdHash: scope === 'session' ? sessionIdHash : null,
          sealed,
          ringId,
        });
      });
      events.keyChanged(id);
      await queues.hint('check-key', { keyId: id });
      return key;
    },

    /** Unusable at once; erased when its last paid work is collected. Retiring twice is no error. */
    async retire(caller: Caller, id: string): Promise<void> {
      const key = await findManaged(caller, id);
      const { canceled } = await db.$transaction((tx) => retireKeys(tx, [key], caller.userId));
      events.changed(...canceled);
      events.keyChanged(id);
      // It erases the key's ciphertext.
      await queues.hint('sweep', {});
    },

    /** Has the worker check it again. */
    async check(caller: Caller, id: string): Promise<KeyRow> {
      const key = await findManaged(caller, id);
      if (!(await recheckKey(db, key))) throw new AppError('key_not_usable', 'The key is retired.');
      events.keyChanged(id);
      // However often somebody asks, the provider is asked once at a time.
      await queues.hint('check-key', { keyId: id }, { deduplication: { id, keepLastIfActive: true } });
      return find(caller.userId, id);
    },
  };
}
