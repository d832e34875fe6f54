import type { Readable } from 'node:stream';
import { type DownloadRequest, openDownload } from '../../../src/providers/http/open-download.ts';
import type { Download } from '../../../src/providers/video-provider.ts';
import { SECRET } from './genaipro.ts';

export async function bytesOf(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A download whose provider is elsewhere, so that nothing of this machine is trusted. */
export function fromAbroad(url: string, more: Partial<DownloadRequest> = {}): Promise<Download> {
  return openDownload({
    url,
    base: new URL('https://genaipro.vn/api'),
    ownHeaders: { authorization: `Bearer ${SECRET}` },
    headers: {},
    headersTimeoutMs: 5_000,
    stallTimeoutMs: 5_000,
    ...more,
  });
}

/** A download from this machine, whose provider runs here too. */
export function local(url: string, more: Partial<DownloadRequest> = {}): Promise<Download> {
  return fromAbroad(url, { base: new URL(url), ...more });
}
