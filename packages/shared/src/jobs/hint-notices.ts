import type { Queues } from './queues.ts';

/** Has notices sent. Where the queue is away, the sweep finds them. */
export async function hintNotices(queues: Queues, ids: readonly string[]): Promise<void> {
  await queues.hintMany(
    'send-notice',
    ids.map((id) => ({ payload: { noticeId: id }, options: { jobId: `notice-${id}` } })),
  );
}
