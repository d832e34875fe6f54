import { open } from 'node:fs/promises';
import { EncodedPacketSink, FilePathSource, Input, MP4 } from 'mediabunny';
import sharp from 'sharp';
import { checkBoxes } from './check-boxes.ts';
import { UnreadableMediaError } from './unreadable-media-error.ts';

/** The pixels of a 4k image are 8 million. */
const MAX_PIXELS = 100_000_000;
const CACHE_BYTES = 4 * 1024 * 1024;

export interface ProbedMedia {
  mimeType: string;
  /** As shown, in pixels. */
  width: number;
  height: number;
  /** Null for an image. */
  durationMs: number | null;
}

/**
 * Finds out what a file is by its content, and that it is all there: of an MP4 every box, and the last sample of every
 * track; of an image (PNG, JPEG, WebP) every row. Videos are read in parts, whatever their size.
 *
 * Throws an UnreadableMediaError for anything else, such as a web page or a file that breaks off.
 *
 * @param byteSize of the file
 */
export async function probeMedia(
  path: string,
  byteSize: number,
  expected: 'video' | 'image',
): Promise<ProbedMedia> {
  if (byteSize === 0) throw new UnreadableMediaError('download_truncated', 'The file is empty.');
  return expected === 'video' ? probeVideo(path, byteSize) : probeImage(path);
}

async function probeVideo(path: string, byteSize: number): Promise<ProbedMedia> {
  await checkBoxes(path, byteSize);
  const input = new Input({
    source: new FilePathSource(path, { maxCacheSize: CACHE_BYTES, handleUnhandledError: () => {} }),
    formats: [MP4],
  });
  try {
    return await describeVideo(input);
  } catch (error) {
    if (error instanceof UnreadableMediaError) throw error;
    throw new UnreadableMediaError('download_unreadable', 'The MP4 cannot be read.', { cause: error });
  } finally {
    input.dispose();
  }
}

async function describeVideo(input: Input): Promise<ProbedMedia> {
  if (!(await input.canRead())) throw new UnreadableMediaError('download_unreadable', 'The file is no MP4.');
  const video = await input.getPrimaryVideoTrack();
  if (!video) throw new UnreadableMediaError('download_unreadable', 'The MP4 holds no video.');
  for (const track of await input.getTracks()) {
    if (!track.isVideoTrack() && !track.isAudioTrack()) continue;
    // Without its data, a packet is given even where its bytes lie outside the file.
    const sink = new EncodedPacketSink(track);
    const last = await sink.getPacket(Number.POSITIVE_INFINITY);
    if (!last || last.data.byteLength === 0)
      throw new UnreadableMediaError('download_truncated', 'The end of the MP4 is missing.');
  }
  const [width, height] = [await video.getDisplayWidth(), await video.getDisplayHeight()];
  const durationMs = Math.round((await input.computeDuration()) * 1000);
  if (!(width > 0 && height > 0 && durationMs > 0 && Number.isFinite(durationMs))) {
    throw new UnreadableMediaError('download_unreadable', 'The MP4 has no size or no length.');
  }
  return { mimeType: 'video/mp4', width, height, durationMs };
}

async function probeImage(path: string): Promise<ProbedMedia> {
  // Before sharp sees it: its loaders take far more than these three.
  const mimeType = await readImageType(path);
  if (!mimeType)
    throw new UnreadableMediaError('download_unreadable', 'The file is no PNG, JPEG or WebP image.');
  try {
    const image = sharp(path, { failOn: 'truncated', limitInputPixels: MAX_PIXELS, sequentialRead: true });
    const { width, height } = await image.metadata();
    // Only decoding finds out that the end is there.
    await image.resize(1, 1, { fit: 'fill', fastShrinkOnLoad: false }).raw().toBuffer();
    return { mimeType, width, height, durationMs: null };
  } catch (error) {
    throw new UnreadableMediaError('download_truncated', 'The image cannot be read.', { cause: error });
  }
}

async function readImageType(path: string): Promise<string | undefined> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(12), 0, 12, 0);
    const head = buffer.toString('latin1', 0, bytesRead);
    if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
    if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
    return /^RIFF.{4}WEBP$/s.test(head) ? 'image/webp' : undefined;
  } finally {
    await handle.close();
  }
}
