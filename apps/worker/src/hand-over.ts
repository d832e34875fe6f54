import type { Admitted } from '@veogate/shared/db/admission-repo';
import type { Watch } from '@veogate/shared/db/operation-repo';
import type { AddOptions } from '@veogate/shared/jobs/queues';
import type { Services } from './services.ts';

type Needs = Pick<Services, 'queues' | 'log'>;

/**
 * Hands work to the next job after its state is committed. Where the queue is away nothing is lost: the sweep finds
 * work without a job, so the error is only logged.
 *
 * @param n tells apart several jobs for the same step: 0 for the first, the sweep counts on
 */
export const handOver = {
  async submit(needs: Needs, { id, fence }: Admitted, n: number | string = 0): Promise<void> {
    await tell(needs, () =>
      needs.queues.add('submit', { generationId: id }, { jobId: `${id}-${fence}-${n}` }),
    );
  },
  async watch(needs: Needs, { keyId, fence }: Watch): Promise<void> {
    await tell(needs, () => needs.queues.add('watch', { keyId, fence }, { jobId: `${keyId}-${fence}-0` }));
  },
  async store(needs: Needs, { id, fence }: Admitted, n: number | string = 0): Promise<void> {
    await tell(needs, () =>
      needs.queues.add('store', { generationId: id }, { jobId: `${id}-${fence}-${n}` }),
    );
  },
  async checkKey(needs: Needs, keyId: string): Promise<void> {
    await tell(needs, () => needs.queues.add('check-key', { keyId }));
  },
  /** A slot became free, or a key good: see who is next. */
  async admit(needs: Needs, delayMs = 0): Promise<void> {
    const options: AddOptions =
      delayMs > 0 ? { delay: delayMs } : { deduplication: { id: 'admit', keepLastIfActive: true } };
    await tell(needs, () => needs.queues.add('admit', {}, options));
  },
};

async function tell({ log }: Needs, add: () => Promise<void>): Promise<void> {
  try {
    await add();
  } catch (error) {
    log.warn({ err: error }, 'the queue is away; the sweep will find the work');
  }
}
