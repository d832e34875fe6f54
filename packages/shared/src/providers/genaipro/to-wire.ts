import type { Kind } from '../../domain/models.ts';
import type { InputImage, SubmitRequest } from '../video-provider.ts';

/** What goes to GenAIPro, or why that cannot be made. */
export type WireRequest = { endpoint: string; contentType: string; body: Uint8Array } | { refused: string };

type Field = [name: string, value: string];
type File = [name: string, image: InputImage];

const endpoints: Partial<Record<Kind, string>> = {
  text_to_video: 'text-to-video',
  image_to_video: 'frames-to-video',
  frames_to_video: 'frames-to-video',
  ingredients_to_video: 'ingredients-to-video',
  create_image: 'create-image',
};

/** The names of the image parts, in the order of the kind's roles; the last one stands for all that follow. */
const imageNames: Partial<Record<Kind, readonly string[]>> = {
  image_to_video: ['start_image'],
  frames_to_video: ['start_image', 'end_image'],
  ingredients_to_video: ['reference_images'],
  create_image: ['reference_images'],
};

const shapes: Readonly<Record<string, string>> = { '16:9': 'LANDSCAPE', '9:16': 'PORTRAIT', '1:1': 'SQUARE' };
/** What the service makes where `upscale_resolution` is left out. */
const ownResolutions = ['720p', '1k'];
const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
};

/** The last part of the path that a kind is submitted to, by which the service also counts requests. */
export function endpointOf(kind: Kind): string {
  return endpoints[kind] ?? kind;
}

/**
 * Words a request as `POST /v2/veo/{endpoint}` takes it: text-to-video as JSON, the others as multipart/form-data,
 * where numbers are digits. What the user did not choose is left out, save the ratio.
 */
export async function toWire(request: SubmitRequest): Promise<WireRequest> {
  const { kind, images } = request;
  const endpoint = endpoints[kind];
  if (!endpoint) return { refused: `GenAIPro has no ${kind}.` };
  const missing = missingImages(kind, images.length);
  if (missing) return { refused: missing };
  const fields = toFields(request);
  if ('refused' in fields) return fields;

  if (kind === 'text_to_video') {
    const { number_of_videos: count, ...texts } = Object.fromEntries(fields);
    const json = JSON.stringify({ ...texts, number_of_videos: Number(count) });
    return { endpoint, contentType: 'application/json', body: new TextEncoder().encode(json) };
  }
  const names = imageNames[kind] ?? [];
  const files = images.map((image, index): File => [names[index] ?? names.at(-1) ?? '', image]);
  return { endpoint, ...(await toForm(files, fields)) };
}

function missingImages(kind: Kind, count: number): string | undefined {
  const atLeast = kind === 'text_to_video' || kind === 'create_image' ? 0 : 1;
  const atMost = { text_to_video: 0, image_to_video: 1, frames_to_video: 2, ingredients_to_video: 3 };
  const limit = kind in atMost ? atMost[kind as keyof typeof atMost] : 5;
  if (count >= atLeast && count <= limit) return undefined;
  return `GenAIPro takes ${atLeast} to ${limit} images for ${kind}, not ${count}.`;
}

function toFields({ kind, model, prompt, count, params }: SubmitRequest): Field[] | { refused: string } {
  const image = kind === 'create_image';
  const fields: Field[] = [['prompt', prompt]];
  // The service insists on a ratio wherever it knows one, so its default is said when the user chose none.
  const said = kind === 'ingredients_to_video' ? params : { aspect_ratio: '16:9', ...params };
  for (const [name, value] of Object.entries(said)) {
    const field = toParam(name, value, image);
    if (field === 'unknown') return { refused: `GenAIPro has no ${name} "${value}" for ${kind}.` };
    if (field) fields.push(field);
  }
  fields.push([image ? 'number_of_images' : 'number_of_videos', String(count)]);
  if (image) fields.push(['model', model.slice(model.lastIndexOf('/') + 1)]);
  return fields;
}

/** Undefined for what is said by leaving it out. */
function toParam(name: string, value: string, image: boolean): Field | 'unknown' | undefined {
  if (name === 'aspect_ratio') {
    const shape = shapes[value];
    if (!shape || (shape === 'SQUARE' && !image)) return 'unknown';
    return ['aspect_ratio', `${image ? 'IMAGE' : 'VIDEO'}_ASPECT_RATIO_${shape}`];
  }
  if (name !== 'resolution') return 'unknown';
  return ownResolutions.includes(value) ? undefined : ['upscale_resolution', value];
}

async function toForm(files: File[], fields: Field[]): Promise<{ contentType: string; body: Uint8Array }> {
  const form = new FormData();
  for (const [name, { bytes, mimeType }] of files) {
    form.append(name, new Blob([bytes], { type: mimeType }), `${name}.${extensions[mimeType] ?? 'bin'}`);
  }
  for (const [name, value] of fields) form.append(name, value);
  const encoded = new Response(form);
  const contentType = encoded.headers.get('content-type') ?? '';
  return { contentType, body: new Uint8Array(await encoded.arrayBuffer()) };
}
