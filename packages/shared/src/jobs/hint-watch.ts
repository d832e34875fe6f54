import type { Queues } from './queues.ts';

/**
 * Has the work of a key looked at, after the commit that named the watcher.
 *
 * @param watch as `bumpWatch` names it; null where one is about to look anyway
 */
export async function hintWatch(
  queues: Pick<Queues, 'hint'>,
  watch: { keyId: string; fence: number; delayMs: number } | null,
): Promise<void> {
  if (!watch) return;
  const { keyId, fence, delayMs } = watch;
  await queues.hint('watch', { keyId, fence }, { jobId: `${keyId}-${fence}-0`, delay: delayMs });
}
