import type { ObjectStore } from '@veogate/shared/storage/object-store';

/** Copies objects from one store to another; `missing` are those that are not in the first. */
export async function copyFiles(
  keys: readonly string[],
  { from, to }: { from: ObjectStore; to: ObjectStore },
): Promise<{ copied: number; missing: number }> {
  let [copied, missing] = [0, 0];
  for (const key of keys) {
    const object = await from.read(key);
    if (!object) {
      missing += 1;
      continue;
    }
    await to.put(key, object.body, async () => {});
    copied += 1;
  }
  return { copied, missing };
}

/** Those that a store does not hold yet. */
export async function findAbsent(keys: readonly string[], store: ObjectStore): Promise<string[]> {
  const absent: string[] = [];
  for (const key of keys) {
    const known = await store.read(key);
    known?.body.destroy();
    if (!known) absent.push(key);
  }
  return absent;
}
