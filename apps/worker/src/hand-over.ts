import type { Admitted } from '@veogate/shared/db/admission-repo';
import type { Watch } from '@veogate/shared/db/operation-repo';
import { hintWatch } from '@veogate/shared/jobs/hint-watch';
import type { AddOptions } from '@veogate/shared/jobs/queues';
import type { Services } from './services.ts';

/** Work of one key often ends together, and its quota is then read once. Milliseconds. */
const QUOTA_DELAY_MS = 3_000;

type Needs = Pick<Services, 'queues'>;

/**
 * Hands work to the next job after its state is committed. Where the queue is away, the sweep finds the work.
 *
 * @param n tells apart several jobs for the same step: 0 for the first, the sweep counts on
 */
export const handOver = {
  async submit({ queues }: Needs, { id, fence }: Admitted, n: number | string = 0): Promise<void> {
    await queues.hint('submit', { generationId: id }, { jobId: `${id}-${fence}-${n}` });
  },
  /** Many at once, as an admission finds them. */
  async submits({ queues }: Needs, admitted: readonly Admitted[]): Promise<void> {
    await queues.hintMany(
      'submit',
      admitted.map(({ id, fence }) => ({
        payload: { generationId: id },
        options: { jobId: `${id}-${fence}-0` },
      })),
    );
  },
  /** @param watch null where one is about to look anyway */
  watch: ({ queues }: Needs, watch: Watch | null): Promise<void> => hintWatch(queues, watch),
  async store({ queues }: Needs, { id, fence }: Admitted, n: number | string = 0): Promise<void> {
    await queues.hint('store', { generationId: id }, { jobId: `${id}-${fence}-${n}` });
  },
  async checkKey({ queues }: Needs, keyId: string): Promise<void> {
    await queues.hint('check-key', { keyId });
  },
  async purgeAccount({ queues }: Needs, userId: string): Promise<void> {
    await queues.hint('purge-account', { userId }, { jobId: userId });
  },
  /** Something of the key ended, which may have cost or given back. Nothing hangs on it, so no sweep looks for it. */
  async readQuota({ queues }: Needs, keyId: string): Promise<void> {
    const deduplication = { id: keyId, keepLastIfActive: true } as const;
    await queues.hint('read-quota', { keyId }, { delay: QUOTA_DELAY_MS, deduplication });
  },
  /** A slot became free, or a key good: see who is next. */
  async admit({ queues }: Needs, delayMs = 0): Promise<void> {
    const options: AddOptions =
      delayMs > 0 ? { delay: delayMs } : { deduplication: { id: 'admit', keepLastIfActive: true } };
    await queues.hint('admit', {}, options);
  },
};
