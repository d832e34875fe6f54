import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SimulatorContext } from '../context.ts';
import type { Fault } from '../faults/fault-spec.ts';
import { faultsOf } from '../faults/fault-table.ts';
import type { Task } from '../state/tasks.ts';
import { pause, showGenericFault } from './sabotage.ts';

interface FileRoute {
  Params: { id: string; file: string };
  Querystring: { expires?: string; nonce?: string; signature?: string };
}

const KEPT_DOWNLOADS = 10_000;
const REDIRECTS = ['download_redirect', 'download_redirect_origin'];

/** The downloads. `/files` is where URLs point; `/mirror` is where a redirect leads. */
export function registerFiles(app: FastifyInstance, ctx: SimulatorContext): void {
  for (const root of ['files', 'mirror'] as const) {
    app.get<FileRoute>(`/${root}/:id/:file`, async (request, reply) => {
      const { id, file } = request.params;
      const task = ctx.tasks.get(id);
      const record = {
        at: new Date(ctx.now()).toISOString(),
        host: request.headers.host ?? '',
        path: `/${root}/${id}/${file}`,
        taskId: id,
        carriedKey: 'authorization' in request.headers || 'x-goog-api-key' in request.headers,
        status: 200,
        fault: null as string | null,
      };
      ctx.downloads.push(record);
      if (ctx.downloads.length > KEPT_DOWNLOADS) ctx.downloads.shift();
      reply.raw.once('close', () => {
        record.status = reply.raw.statusCode;
      });

      const link = ctx.links.check(`${id}/${file}`, request.query);
      if (link === 'forged')
        return sendRefusal(reply, 403, 'SignatureDoesNotMatch', 'The signature is wrong.');
      if (link === 'expired') return sendRefusal(reply, 403, 'AccessDenied', 'Request has expired');
      const output = task?.status === 'completed' ? task.outputs[Number.parseInt(file, 10)] : undefined;
      if (!task || !output) return sendRefusal(reply, 404, 'NoSuchKey', 'The specified key does not exist.');

      const names = faultsOf('download').filter((name) => root === 'files' || !REDIRECTS.includes(name));
      const { keySha256, prompt, directives } = task;
      const fault = ctx.faults.take({ keySha256, endpoint: 'files', prompt, directives }, names);
      record.fault = fault?.name ?? null;
      const data = await ctx.media.get(output);
      const type = output.kind === 'video' ? 'video/mp4' : 'image/png';
      return fault
        ? showDownloadFault(ctx, request, reply, { fault, task, data, type })
        : sendFile(request, reply, data, type);
    });
  }
}

function sendFile(request: FastifyRequest, reply: FastifyReply, data: Buffer, type: string): FastifyReply {
  reply.header('accept-ranges', 'bytes').type(type);
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range || range[0] === 'bytes=-') return reply.send(data);
  const [, from = '', to = ''] = range;
  const start = from === '' ? Math.max(0, data.length - Number(to)) : Number(from);
  const end = from === '' || to === '' ? data.length - 1 : Math.min(Number(to), data.length - 1);
  if (start > end) return reply.code(416).header('content-range', `bytes */${data.length}`).send();
  return reply
    .code(206)
    .header('content-range', `bytes ${start}-${end}/${data.length}`)
    .send(data.subarray(start, end + 1));
}

interface Spoiled {
  fault: Fault;
  task: Task;
  data: Buffer;
  type: string;
}

async function showDownloadFault(
  ctx: SimulatorContext,
  request: FastifyRequest<FileRoute>,
  reply: FastifyReply,
  { fault, data, type }: Spoiled,
): Promise<FastifyReply> {
  const { pathname, search } = new URL(request.url, ctx.url());
  const moved = pathname.replace('/files/', '/mirror/') + search;
  switch (fault.name) {
    case 'download_truncated':
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': type, 'content-length': data.length });
      reply.raw.write(data.subarray(0, data.length >> 1), () => reply.raw.socket?.destroy());
      return reply;
    case 'download_cut':
      return reply.type(type).send(data.subarray(0, data.length >> 1));
    case 'download_403':
      return sendRefusal(reply, 403, 'AccessDenied', 'Access denied.');
    case 'download_404':
      return sendRefusal(reply, 404, 'NoSuchKey', 'The specified key does not exist.');
    case 'download_expired':
      ctx.links.spoil(request.query);
      return sendRefusal(reply, 403, 'AccessDenied', 'Request has expired');
    case 'download_redirect':
      return reply.redirect(moved, 302);
    case 'download_redirect_origin':
      return reply.redirect(otherOrigin(ctx.url()) + moved, 302);
    case 'download_padded':
      return sendPadded(reply, { data, type, megabytes: fault.value });
    case 'download_slow':
      return trickle(ctx, reply, { data, type, ms: fault.value });
    default:
      return showGenericFault(reply, fault.name) ?? sendFile(request, reply, data, type);
  }
}

/** Sends an MP4 with a box of padding (`free`) at its end, which every reader skips. */
function sendPadded(
  reply: FastifyReply,
  { data, type, megabytes }: { data: Buffer; type: string; megabytes: number },
): FastifyReply {
  const chunk = Buffer.alloc(1024 * 1024);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + megabytes * chunk.length);
  head.write('free', 4, 'latin1');
  const pieces = [data, head, ...Array.from({ length: megabytes }, () => chunk)];
  const byteSize = data.length + head.length + megabytes * chunk.length;
  return reply.type(type).header('content-length', byteSize).send(Readable.from(pieces));
}

/** Sends a file in twenty pieces over `ms`. */
async function trickle(
  ctx: SimulatorContext,
  reply: FastifyReply,
  { data, type, ms }: { data: Buffer; type: string; ms: number },
): Promise<FastifyReply> {
  const pieces = 20;
  const size = Math.ceil(data.length / pieces);
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': type, 'content-length': data.length });
  for (let at = 0; at < data.length && !reply.raw.destroyed; at += size) {
    reply.raw.write(data.subarray(at, at + size));
    await pause(ms / pieces, ctx.closing);
  }
  reply.raw.end();
  return reply;
}

/** The same port under the other name of this machine: another origin to a browser and to fetch. */
function otherOrigin(url: string): string {
  const other = new URL(url);
  other.hostname = other.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
  return other.origin;
}

function sendRefusal(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return reply.code(status).type('application/xml').send(xml);
}
