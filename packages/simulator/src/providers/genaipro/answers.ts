import type { FastifyReply } from 'fastify';
import type { SimulatorContext } from '../../context.ts';
import type { Fault } from '../../faults/fault-spec.ts';
import { pause, showGenericFault } from '../../http/sabotage.ts';
import type { Task } from '../../state/tasks.ts';

/** RFC 3339, UTC, with milliseconds: 2026-11-24T07:15:02.123Z. */
const toTime = (at: number): string => new Date(at).toISOString();

/** How an accepted submit lists a task. */
export function toSubmitted(task: Task) {
  return {
    id: task.id,
    prompt: task.prompt,
    file_url: '',
    status: 'processing',
    created_at: toTime(task.createdAt),
  };
}

/** How create-image answers: one task for all of its images. */
export function toSubmittedImage(task: Task) {
  return {
    id: task.id,
    prompt: task.prompt,
    file_urls: [],
    status: 'processing',
    created_at: toTime(task.createdAt),
  };
}

export function toHistory(ctx: SimulatorContext, task: Task) {
  const { id, prompt, status, createdAt } = task;
  return { id, prompt, file_urls: fileUrls(ctx, task), status, created_at: toTime(createdAt) };
}

export function toTask(ctx: SimulatorContext, task: Task) {
  return { ...toHistory(ctx, task), error: task.status === 'failed' ? task.error : '' };
}

/** Fresh URLs on every call: the ones given out earlier run out by themselves. */
function fileUrls(ctx: SimulatorContext, task: Task): string[] {
  if (task.status !== 'completed') return [];
  return task.outputs.map((output, index) => {
    const file = `${task.id}/${index}.${output.kind === 'video' ? 'mp4' : 'png'}`;
    return ctx.url() + ctx.links.make(file);
  });
}

/** Shows a fault of a submit or a poll as GenAIPro words it. */
export async function showFault(
  ctx: SimulatorContext,
  reply: FastifyReply,
  fault: Fault,
): Promise<FastifyReply> {
  const generic = showGenericFault(reply, fault.name);
  if (generic) return generic;
  const json = (status: number, error: string) => reply.code(status).send({ error });
  switch (fault.name) {
    case 'rate_limited':
    case 'poll_rate_limited':
      return reply.header('retry-after', fault.value).code(429).send({ error: 'rate limit exceeded' });
    case 'rate_limited_reset':
    case 'daily_limit':
      return reply
        .header('x-ratelimit-reset', Math.ceil(ctx.now() / 1000 + fault.value))
        .code(429)
        .send({ error: `${fault.name === 'daily_limit' ? 'daily' : 'rate'} limit exceeded` });
    case 'insufficient_quota':
      return json(402, 'insufficient quota');
    case 'bad_request':
      return json(400, 'invalid request');
    case 'model_retired':
      return json(404, 'This model models/veo-3.1-generate-preview is no longer available.');
    case 'invalid_api_key':
      return json(401, 'invalid_api_key');
    case 'no_access_token':
    case 'poll_no_access_token':
      return reply.code(401).type('text/plain; charset=utf-8').send('No access token found');
    case 'poll_not_found':
      return json(404, 'task not found');
    default:
      return json(500, 'internal server error');
  }
}

/** Answers an accepted submit, or spoils that answer. */
export async function answerSubmit(
  ctx: SimulatorContext,
  reply: FastifyReply,
  accepted: { body: object; emptyBody: object; fault: Fault | undefined },
): Promise<FastifyReply> {
  const { body, emptyBody, fault } = accepted;
  reply.code(202).type('application/json; charset=utf-8');
  switch (fault?.name) {
    case undefined:
      return reply.send(body);
    case 'slow_answer':
      await pause(fault?.value ?? 0, ctx.closing);
      return reply.send(body);
    case 'unparsable_after_accept': {
      const text = JSON.stringify(body);
      return reply.send(text.slice(0, Math.ceil(text.length / 2)));
    }
    case 'empty_histories_after_accept':
      return reply.send(emptyBody);
    default:
      return showFault(ctx, reply, fault as Fault);
  }
}
