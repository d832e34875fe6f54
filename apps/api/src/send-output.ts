import { AppError } from '@veogate/shared/domain/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import parseRange from 'range-parser';
import type { Services } from './services.ts';

/** A stored file of a generation. */
interface StoredOutput {
  index: number;
  storageKey: string;
  mimeType: string;
  byteSize: bigint;
  sha256: string;
}

interface Sending {
  request: Pick<FastifyRequest, 'headers' | 'method'>;
  reply: FastifyReply;
  generationId: string;
  output: StoredOutput;
  isDownload: boolean;
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'video/mp4': 'mp4',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
};

/**
 * Sends a file that was made, whole or by range.
 *
 * @param onSent called where some of it is really sent
 */
export async function sendOutput(
  { store }: Pick<Services, 'store'>,
  { request, reply, generationId, output, isDownload }: Sending,
  onSent: () => void,
): Promise<FastifyReply> {
  const { headers, method } = request;
  const size = Number(output.byteSize);
  const etag = `"${output.sha256}"`;
  const fileName = `veogate-${generationId}-${output.index}.${EXTENSIONS[output.mimeType] ?? 'bin'}`;
  reply.headers({
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=3600',
    'content-disposition': `${isDownload ? 'attachment' : 'inline'}; filename="${fileName}"`,
    // Whatever a provider delivered, a browser shall never run it.
    'content-security-policy': "default-src 'none'; sandbox",
    etag,
  });
  if (headers['if-none-match'] === etag) return reply.code(304).send();
  reply.type(output.mimeType);
  const range = toRange(headers.range, headers['if-range'], etag, size);
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${size}`);
    throw new AppError('range_not_satisfiable');
  }
  const length = range ? range.end - range.start + 1 : size;
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
  reply.header('content-length', length);
  if (method === 'HEAD') return reply.send();
  const object = await store.read(output.storageKey, range ?? undefined);
  if (!object) throw new AppError('output_gone');
  onSent();
  return reply.send(object.body);
}

/** The one range that was asked for; null where the whole file is to be sent. Several at once get the whole file. */
function toRange(
  header: string | undefined,
  ifRange: unknown,
  etag: string,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | null {
  if (!header || (ifRange !== undefined && ifRange !== etag)) return null;
  const ranges = parseRange(size, header);
  if (ranges === -1) return 'unsatisfiable';
  if (ranges === -2 || ranges.length !== 1) return null;
  return ranges[0] ?? null;
}
