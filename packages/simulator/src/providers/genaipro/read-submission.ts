import type { FastifyRequest } from 'fastify';
import { FaultSyntaxError, readDirectives } from '../../faults/fault-spec.ts';
import { WireError } from '../../http/wire-error.ts';
import type { MediaImage, Shape } from '../../media/media-request.ts';
import type { KeyState } from '../../state/keys.ts';
import type { Submission } from '../../submission.ts';
import { looksLikeImage, type RawForm, readForm } from './read-form.ts';

interface ImageRule {
  field: string;
  role: MediaImage['role'];
  min: number;
  max: number;
}

/** What one submit endpoint takes. */
export interface SubmitEndpoint {
  name: string;
  label: string;
  kind: 'video' | 'image';
  encodings: readonly RawForm['encoding'][];
  images: readonly ImageRule[];
  landscapeOnly?: boolean;
}

export const SUBMIT_ENDPOINTS: readonly SubmitEndpoint[] = [
  { name: 'text-to-video', label: 'Text to video', kind: 'video', encodings: ['json'], images: [] },
  {
    name: 'frames-to-video',
    label: 'Frames to video',
    kind: 'video',
    encodings: ['multipart'],
    images: [
      { field: 'start_image', role: 'start', min: 1, max: 1 },
      { field: 'end_image', role: 'end', min: 0, max: 1 },
    ],
  },
  {
    name: 'ingredients-to-video',
    label: 'Ingredients to video',
    kind: 'video',
    encodings: ['multipart'],
    images: [{ field: 'reference_images', role: 'reference', min: 1, max: 3 }],
    landscapeOnly: true,
  },
  {
    name: 'create-image',
    label: 'Image',
    kind: 'image',
    encodings: ['json', 'multipart'],
    images: [{ field: 'reference_images', role: 'reference', min: 0, max: 5 }],
  },
];

const VIDEO_SHAPES: Record<string, Shape> = {
  VIDEO_ASPECT_RATIO_LANDSCAPE: 'landscape',
  VIDEO_ASPECT_RATIO_PORTRAIT: 'portrait',
};
const IMAGE_SHAPES: Record<string, Shape> = {
  IMAGE_ASPECT_RATIO_LANDSCAPE: 'landscape',
  IMAGE_ASPECT_RATIO_PORTRAIT: 'portrait',
  IMAGE_ASPECT_RATIO_SQUARE: 'square',
};
const IMAGE_MODELS = ['nano_banana_pro', 'nano_banana_2', 'imagen_4'];
/** The shorter side in pixels, by `upscale_resolution`. */
const VIDEO_SIDES: Record<string, number> = { '': 720, '1080p': 1080 };
const IMAGE_SIDES: Record<string, number> = { '': 768, '2k': 1440, '4k': 2160 };

/** Reads and checks a submit as the service does. Throws a WireError with 400 for what the service refuses. */
export async function readSubmission(
  request: FastifyRequest,
  endpoint: SubmitEndpoint,
  key: { state: KeyState; hint: string },
): Promise<Submission> {
  const form = await readForm(request, endpoint.encodings);
  const prompt = readPrompt(form);
  const { aspectRatio, shape } = readShape(form, endpoint);
  const sides = endpoint.kind === 'video' ? VIDEO_SIDES : IMAGE_SIDES;
  readModel(form, endpoint);
  return {
    provider: 'genaipro',
    endpoint: endpoint.name,
    label: endpoint.label,
    key: key.state,
    keyHint: key.hint,
    prompt,
    directives: toDirectives(prompt),
    kind: endpoint.kind,
    aspectRatio,
    shape,
    shorterSide: readChoice(form, 'upscale_resolution', sides),
    count: readCount(form, endpoint.kind === 'video' ? 'number_of_videos' : 'number_of_images'),
    grouping: endpoint.kind === 'video' ? 'task-per-output' : 'one-task',
    images: readImages(form, endpoint),
    callbackUrl: readCallback(form),
  };
}

function readPrompt({ fields }: RawForm): string {
  const prompt = fields['prompt'];
  if (typeof prompt !== 'string' || prompt.trim() === '') throw new WireError(400, 'prompt is required');
  return prompt;
}

function readShape({ fields }: RawForm, endpoint: SubmitEndpoint): { aspectRatio: string; shape: Shape } {
  const given =
    fields['aspect_ratio'] ?? (endpoint.landscapeOnly ? 'VIDEO_ASPECT_RATIO_LANDSCAPE' : undefined);
  if (given === undefined) throw new WireError(400, 'aspect_ratio is required');
  const shape = (endpoint.kind === 'video' ? VIDEO_SHAPES : IMAGE_SHAPES)[String(given)];
  if (!shape) throw new WireError(400, `invalid aspect_ratio: ${String(given)}`);
  if (endpoint.landscapeOnly && shape !== 'landscape')
    throw new WireError(400, `${endpoint.name} is landscape only`);
  return { aspectRatio: String(given), shape };
}

/** A JSON body carries a number, a multipart body its digits. */
function readCount({ encoding, fields }: RawForm, name: string): number {
  const given = fields[name];
  if (given === undefined) throw new WireError(400, `${name} is required`);
  const count =
    encoding === 'multipart' && typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > 4) {
    throw new WireError(400, `${name} must be between 1 and 4`);
  }
  return count;
}

function readChoice({ fields }: RawForm, name: string, choices: Record<string, number>): number {
  const given = fields[name] ?? '';
  const choice = typeof given === 'string' && Object.hasOwn(choices, given) ? choices[given] : undefined;
  if (choice === undefined) throw new WireError(400, `invalid ${name}: ${String(given)}`);
  return choice;
}

function readModel({ fields }: RawForm, endpoint: SubmitEndpoint): void {
  const given = fields['model'];
  if (endpoint.kind === 'video' || given === undefined) return;
  if (!IMAGE_MODELS.includes(String(given))) throw new WireError(400, `invalid model: ${String(given)}`);
}

function readImages(form: RawForm, endpoint: SubmitEndpoint): Submission['images'] {
  const images = endpoint.images.flatMap(({ field, role, min, max }) => {
    const files = form.files.filter((file) => file.name === field);
    if (files.length < min) throw new WireError(400, `${field} is required`);
    if (files.length > max) throw new WireError(400, `${field}: at most ${max}`);
    return files.map(({ data }) => ({ role, data }));
  });
  if (!images.every(({ data }) => looksLikeImage(data)))
    throw new WireError(400, 'images must be PNG, JPEG or WebP');
  return images;
}

function readCallback({ fields }: RawForm): string | null {
  const given = fields['callback_url'];
  if (given === undefined || given === '') return null;
  if (typeof given !== 'string' || !/^https?:\/\//.test(given))
    throw new WireError(400, 'invalid callback_url');
  return given;
}

/** A directive with a typo is refused: ignored, it would let a test pass that tests nothing. */
function toDirectives(prompt: string): Submission['directives'] {
  try {
    return readDirectives(prompt);
  } catch (error) {
    if (error instanceof FaultSyntaxError) throw new WireError(400, `simulator directive: ${error.message}`);
    throw error;
  }
}
