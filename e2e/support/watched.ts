import { setTimeout as sleep } from 'node:timers/promises';
import type { Generation } from '@veogate/shared/contracts/generations';
import type { createClient } from './client.ts';
import { waitFor } from './wait-for.ts';

/** Between two looks at all of them. Milliseconds. */
const LOOK_EVERY_MS = 50;

/**
 * Follows all generations of a client at once, by one list, so that a table of many costs no more than one.
 *
 * @returns `until` waits for a generation to be as it should be; `stop` ends the looking
 */
export function watchAll({ call }: Pick<ReturnType<typeof createClient>, 'call'>) {
  const latest = new Map<string, Generation>();
  let watching = true;
  const looking = (async () => {
    while (watching) {
      const { body } = await call<{ data: Generation[] }>('GET', '/v1/generations?limit=100');
      for (const generation of body.data) latest.set(generation.id, generation);
      await sleep(LOOK_EVERY_MS);
    }
  })();

  return {
    async until(id: string, what: string, fits: (generation: Generation) => boolean): Promise<Generation> {
      const look = () => {
        const generation = latest.get(id);
        return generation && fits(generation) && generation;
      };
      return waitFor(what, look).catch((cause: unknown) => {
        const { stage, error, waiting, prompt } = latest.get(id) ?? {};
        throw new Error(`${what}: ${JSON.stringify({ prompt, stage, error, waiting })}`, { cause });
      });
    },
    async stop(): Promise<void> {
      watching = false;
      await looking;
    },
  };
}
