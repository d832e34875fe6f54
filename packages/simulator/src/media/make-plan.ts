import sharp, { type Sharp } from 'sharp';
import type { MediaRequest } from './media-request.ts';
import { moodFor } from './moods.ts';
import { type Layout, layOut } from './overlay.ts';
import type { Bitmap, PlacedBitmap, RenderPlan } from './render-plan.ts';
import type { Typesetter } from './typeset.ts';

/** How long every clip plays, in seconds. */
const CLIP_SECONDS = 8;
/** How much larger than the frame a backdrop is, so that it can drift. */
const DRIFT = 1.08;

/** Works out what is in the frames of an output: text, pictures, landscape. Throws where a picture cannot be read. */
export async function makePlan(
  request: MediaRequest,
  parts: { type: Typesetter; readImage: (sha: string) => Buffer | undefined },
): Promise<RenderPlan> {
  const { width, height, kind } = request;
  const layout = layOut(parts.type, request, CLIP_SECONDS);
  const read = (role: 'start' | 'end' | 'reference'): Buffer[] =>
    request.images
      .filter((image) => image.role === role)
      .map((image) => parts.readImage(image.sha256))
      .filter((data) => data !== undefined);
  const isVideo = kind === 'video';
  const tiny = layout.unit < 0.5;
  const frameRate = tiny || Math.min(width, height) > 720 ? 1 : 2;
  const seed = seedOf(`${request.caption}/${request.take}`);
  const [backdrops, cards, overlay, clock] = await Promise.all([
    Promise.all([...read('start'), ...read('end')].map((image) => toBackdrop(image, width, height))),
    toCards(read('reference'), request, layout),
    rasterise(layout.overlaySvg, 0, 0),
    isVideo ? rasterise(layout.clockSvg, layout.clock.x, layout.clock.y) : null,
  ]);
  return {
    kind,
    width,
    height,
    frameRate,
    frames: isVideo ? CLIP_SECONDS * frameRate : 1,
    seed,
    mood: moodFor(request.caption, seed),
    backdrops,
    cards,
    overlay,
    clock: clock && { ...clock, rows: layout.clockRows },
    bar: isVideo ? layout.bar : null,
  };
}

async function toBackdrop(image: Buffer, width: number, height: number): Promise<Bitmap> {
  const size = { width: Math.round(width * DRIFT), height: Math.round(height * DRIFT) };
  return toBitmap(
    sharp(image)
      .rotate()
      .resize({ ...size, fit: 'cover' }),
  );
}

/** Lays the reference pictures in a row between the top and the caption, framed like prints. */
async function toCards(
  images: Buffer[],
  { width, height }: MediaRequest,
  layout: Layout,
): Promise<PlacedBitmap[]> {
  if (images.length === 0) return [];
  const { unit, margin } = layout;
  const top = margin + 70 * unit;
  const room = Math.max(60 * unit, layout.captionTop - top - 30 * unit);
  const gap = 24 * unit;
  const fit = (width - margin * 2 - gap * (images.length - 1)) / images.length;
  const side = Math.round(Math.min(room, fit, Math.min(width, height) * 0.44));
  const left = margin;
  return Promise.all(
    images.map(async (image, index) => {
      const print = await toPrint(image, side, unit);
      const x = Math.round(left + index * (side + gap));
      return { ...print, x, y: Math.round(top + (room - side) * 0.4) };
    }),
  );
}

async function toPrint(image: Buffer, side: number, unit: number): Promise<Bitmap> {
  const edge = Math.max(1, Math.round(7 * unit));
  const inner = side - edge * 2;
  const round = (size: number, radius: number): Buffer =>
    Buffer.from(
      `<svg width="${size}" height="${size}"><rect width="${size}" height="${size}" rx="${radius}" fill="#fff"/></svg>`,
    );
  const picture = await sharp(image)
    .rotate()
    .resize({ width: inner, height: inner, fit: 'cover' })
    .ensureAlpha()
    .composite([{ input: round(inner, 10 * unit), blend: 'dest-in' }])
    .png()
    .toBuffer();
  return toBitmap(sharp(round(side, 15 * unit)).composite([{ input: picture, left: edge, top: edge }]));
}

async function rasterise(svg: string, x: number, y: number): Promise<PlacedBitmap> {
  return { ...(await toBitmap(sharp(Buffer.from(svg)))), x, y };
}

async function toBitmap(image: Sharp): Promise<Bitmap> {
  const { data, info } = await image
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

function seedOf(text: string): number {
  let hash = 2166136261;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return hash >>> 0;
}
