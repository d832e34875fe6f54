import { open } from 'node:fs/promises';
import { AppError } from '@veogate/shared/domain/errors';
import sharp from 'sharp';
import { createSlots } from '../../slots.ts';

// Every other format is refused before any of its code runs.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'],
});
// One image at a time fills the memory; a cache of others would add to it.
sharp.cache(false);
sharp.concurrency(1);

const QUALITY = 92;
/** Some megapixels need their own memory several times over, so few are decoded at once. */
const withSlot = createSlots({ atOnce: 2, waitingAtMost: 32 });
/** An image that takes longer was made to. Seconds. */
const DECODE_SECONDS = 30;

export interface NormalizedImage {
  mimeType: string;
  width: number;
  height: number;
}

/**
 * Makes an image out of whatever was uploaded: what it is, is decided by its content; its size is looked at before it
 * is decoded; and it is always written anew, so that nothing hidden in it (places, scripts, other files) survives.
 *
 * @param from the file as uploaded
 * @param to where the new one is written
 * @param maxPixels width times height
 */
export async function normalizeImage(from: string, to: string, maxPixels: number): Promise<NormalizedImage> {
  const format = await sniff(from);
  if (!format) throw new AppError('image_type');
  // Reads the header alone: too large an image is refused at once, and does not wait for its turn.
  const { width, height } = await sharp(from, { limitInputPixels: false }).metadata().catch(asUnreadable);
  if (width * height > maxPixels) {
    const detail = `It has ${width} × ${height} pixels; ${maxPixels} in all are allowed.`;
    throw new AppError('image_too_large', detail);
  }
  const written = await withSlot(() =>
    sharp(from, { failOn: 'error', limitInputPixels: maxPixels })
      .timeout({ seconds: DECODE_SECONDS })
      .autoOrient()
      .toColourspace('srgb')
      .toFormat(format, format === 'png' ? {} : { quality: QUALITY })
      .toFile(to)
      .catch(asUnreadable),
  );
  return { mimeType: `image/${format}`, width: written.width, height: written.height };
}

/** A full disk is our own fault, and says nothing about the image. */
function asUnreadable(error: unknown): never {
  if (/no space left/i.test(String(error))) throw error;
  throw new AppError('image_unreadable', '', { cause: error });
}

/** The format that the first bytes tell. */
async function sniff(path: string): Promise<'jpeg' | 'png' | 'webp' | null> {
  const handle = await open(path, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(12), 0, 12, 0);
    if (buffer.subarray(0, 3).equals(Buffer.of(0xff, 0xd8, 0xff))) return 'jpeg';
    if (buffer.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))) return 'png';
    const isWebp = buffer.toString('latin1', 0, 4) === 'RIFF' && buffer.toString('latin1', 8, 12) === 'WEBP';
    return isWebp ? 'webp' : null;
  } finally {
    await handle.close();
  }
}
