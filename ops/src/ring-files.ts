import { readEnv } from '@veogate/shared/config/read-env';
import {
  destroyRingKeys,
  generateRing,
  type PrivateRing,
  type PublicRing,
  readRing,
} from '@veogate/shared/vault/ring';
import { Type } from 'typebox';
import { Problem } from './command.ts';
import { replacePrivate } from './private-file.ts';

const filesEnv = Type.Object({
  VAULT_PUBLIC_KEYS_FILE: Type.Optional(Type.String({ minLength: 1 })),
  VAULT_PRIVATE_KEYS_FILE: Type.Optional(Type.String({ minLength: 1 })),
});

const RENEW = [
  'The lockdown took the key ring out of use, and this command cannot replace it from here.',
  'Delete vault-public.json and vault-private.json, make new ones with npm run ops -- init --ring <folder> (with Docker:',
  'docker compose run --rm init ring), restart the services, then run this again.',
].join('\n');

export type RingFiles = ReturnType<typeof createRingFiles>;

/** The two files of the key ring, as far as this command can reach them. */
export function createRingFiles(env: NodeJS.ProcessEnv) {
  const { VAULT_PUBLIC_KEYS_FILE: publicFile, VAULT_PRIVATE_KEYS_FILE: privateFile } = readEnv(filesEnv, env);

  const readPublic = () =>
    publicFile === undefined ? null : readRing<PublicRing>(publicFile).catch(() => null);

  return {
    /** The ring keys that there are; none where they cannot be read. */
    ids: async (): Promise<string[]> => Object.keys((await readPublic())?.keys ?? {}),

    /** Destroys these keys. Returns a sentence: that it did, or what is left to be done by hand. */
    async destroy(lost: readonly string[]): Promise<string> {
      if (privateFile === undefined)
        return 'A worker destroys the private ring; see to it that its file holds no keys, and delete copies of it.';
      try {
        await destroyRingKeys(privateFile, lost);
        return `The ring keys in ${privateFile} are destroyed. Delete copies of it that you keep elsewhere.`;
      } catch (error) {
        const { code = 'it cannot be read' } = error as NodeJS.ErrnoException;
        return `The private ring could not be destroyed (${code}). Delete ${privateFile} and every copy of it by hand.`;
      }
    },

    /**
     * Sees to it that what is sealed from now on is sealed to a ring that was not lost.
     *
     * @returns true
     * @throws Problem where the files have to be replaced by hand
     */
    async renew(lost: readonly string[]): Promise<true> {
      const before = await readPublic();
      if (before && !lost.includes(before.primary)) return true;
      if (publicFile === undefined || privateFile === undefined) throw new Problem(RENEW);
      const { publicRing, privateRing } = await generateRing();
      try {
        // The private half first: what is sealed can always be opened.
        const rest = await readRing<PrivateRing>(privateFile).catch((): PrivateRing => ({ keys: {} }));
        const kept = Object.entries(rest.keys).filter(([id]) => !lost.includes(id));
        await replacePrivate(
          privateFile,
          toText({ keys: { ...Object.fromEntries(kept), ...privateRing.keys } }),
        );
        await replacePrivate(publicFile, toText(publicRing));
        return true;
      } catch {
        throw new Problem(RENEW);
      }
    },
  };
}

const toText = (ring: PublicRing | PrivateRing) => `${JSON.stringify(ring, null, 2)}\n`;
