import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SimulatorContext } from '../../context.ts';
import type { FaultSubject } from '../../faults/fault-book.ts';
import { type FaultName, faultsOf } from '../../faults/fault-table.ts';
import { pause } from '../../http/sabotage.ts';
import { WireError } from '../../http/wire-error.ts';
import { creditsLeft, type KeyState } from '../../state/keys.ts';
import { subjectOf } from '../../submission.ts';
import { acceptSubmission, seeSubmit } from '../../submit.ts';
import type { Provider } from '../provider.ts';
import { answerSubmit, showFault, toHistory, toSubmitted, toSubmittedImage, toTask } from './answers.ts';
import { pageOf } from './histories.ts';
import { readSubmission, SUBMIT_ENDPOINTS, type SubmitEndpoint } from './read-submission.ts';

/** GenAIPro v2. `/genaipro` stands for `https://genaipro.vn/api`. */
export const genaipro: Provider = { name: 'genaipro', register: registerGenaipro };

/** What says in so many words that nothing was accepted. */
const REFUSALS: ReadonlySet<FaultName> = new Set<FaultName>([
  'rate_limited',
  'rate_limited_reset',
  'daily_limit',
  'insufficient_quota',
  'bad_request',
  'model_retired',
  'invalid_api_key',
  'no_access_token',
]);

function registerGenaipro(app: FastifyInstance, ctx: SimulatorContext): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof WireError)
      return reply.headers(error.headers).code(error.status).send({ error: error.message });
    return reply.code(error.statusCode ?? 500).send({ error: error.message });
  });

  // The body is parsed by the endpoint itself: the service looks at the key first.
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => body,
  );

  for (const endpoint of SUBMIT_ENDPOINTS) {
    const path = `/v2/veo/${endpoint.name}`;
    const onRequest = async (request: FastifyRequest) => seeSubmit(ctx, bearerOf(request));
    app.post(path, { onRequest }, async (request, reply) => submit(ctx, endpoint, request, reply));
  }

  app.get<{ Params: { id: string } }>('/v2/veo/tasks/:id', async (request, reply) => {
    const key = admit(ctx, request, 'tasks');
    const task = ctx.tasks.get(request.params.id);
    const own = task?.keySha256 === key.sha256 ? task : undefined;
    const subject = {
      keySha256: key.sha256,
      endpoint: 'tasks',
      prompt: own?.prompt,
      directives: own?.directives,
    };
    if (await spoilPoll(ctx, reply, [subject])) return reply;
    if (!own) throw new WireError(404, 'task not found');
    return toTask(ctx, own);
  });

  app.get<{ Querystring: Record<string, string> }>('/v2/veo/histories', async (request, reply) => {
    const key = admit(ctx, request, 'histories');
    const page = pageOf(ctx, key, request.query);
    const subjects = page.tasks.map(({ prompt, directives }) => ({ prompt, directives }));
    const plain = { prompt: undefined, directives: undefined };
    const toSubject = (one: Pick<FaultSubject, 'prompt' | 'directives'>): FaultSubject => ({
      ...one,
      keySha256: key.sha256,
      endpoint: 'histories',
    });
    if (await spoilPoll(ctx, reply, [plain, ...subjects].map(toSubject))) return reply;
    const { tasks, ...counts } = page;
    return { data: tasks.map((task) => toHistory(ctx, task)), ...counts };
  });

  app.get('/v2/veo/credits', async (request, reply) => {
    const key = admit(ctx, request, 'credits');
    if (await spoilPoll(ctx, reply, [{ keySha256: key.sha256, endpoint: 'credits' }])) return reply;
    ctx.tasks.refreshKey(key.sha256);
    return [{ quota: key.quota, used: key.used, expires_at: key.expiresAt }];
  });
}

async function submit(
  ctx: SimulatorContext,
  endpoint: SubmitEndpoint,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const key = admit(ctx, request, endpoint.name);
  const submission = await readSubmission(request, endpoint, {
    state: key,
    hint: bearerOf(request).slice(-4),
  });
  const before = ctx.faults.take(subjectOf(submission), faultsOf('before'));
  if (before) {
    if (!REFUSALS.has(before.name)) ctx.ledger.doubt(submission.prompt);
    return showFault(ctx, reply, before);
  }
  ctx.tasks.refreshKey(key.sha256);
  if (creditsLeft(key, ctx.now()) < submission.count) throw new WireError(402, 'insufficient quota');
  const { tasks, fault } = acceptSubmission(ctx, submission);
  const [first] = tasks;
  const bodies =
    submission.grouping === 'one-task' && first
      ? { body: toSubmittedImage(first), emptyBody: {} }
      : { body: { histories: tasks.map(toSubmitted) }, emptyBody: { histories: [] } };
  return answerSubmit(ctx, reply, { ...bodies, fault });
}

/** Lets a request in by its key, within the rate limit of that key and endpoint. */
function admit(ctx: SimulatorContext, request: FastifyRequest, endpoint: string): KeyState {
  const token = bearerOf(request);
  if (token === '') throw new WireError(401, 'token_is_empty');
  if (!token.startsWith('eyJ')) throw new WireError(401, 'invalid_token');
  const key = ctx.keys.get(token);
  if (key.status !== 'valid') throw new WireError(401, 'invalid_api_key');
  const limit =
    key.rateLimitPerMinute === undefined ? ctx.options.rateLimitPerMinute : key.rateLimitPerMinute;
  if (limit === null || limit === Number.POSITIVE_INFINITY) return key;
  const rate = ctx.rates.hit(key.sha256, endpoint, limit);
  if (rate.allowed) return key;
  throw new WireError(429, 'rate limit exceeded', {
    'retry-after': String(Math.ceil((rate.resetAt - ctx.now()) / 1000)),
    'x-ratelimit-reset': String(Math.ceil(rate.resetAt / 1000)),
  });
}

function bearerOf(request: FastifyRequest): string {
  return /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1]?.trim() ?? '';
}

/** Spoils a poll where a fault asks for it. True where the answer is already given. */
async function spoilPoll(
  ctx: SimulatorContext,
  reply: FastifyReply,
  subjects: FaultSubject[],
): Promise<boolean> {
  const names = faultsOf('poll');
  for (const subject of subjects) {
    const usable = subject.endpoint === 'tasks' ? names : names.filter((name) => name !== 'poll_not_found');
    const fault = ctx.faults.take(subject, usable);
    if (!fault) continue;
    if (fault.name === 'poll_slow') {
      await pause(fault.value, ctx.closing);
      return false;
    }
    await showFault(ctx, reply, fault);
    return true;
  }
  return false;
}
