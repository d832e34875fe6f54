import type { Unit } from './money.ts';

/** What a generation makes out of what. */
export const kinds = [
  'text_to_video',
  'image_to_video',
  'frames_to_video',
  'ingredients_to_video',
  'extend_video',
  'create_image',
] as const;
export type Kind = (typeof kinds)[number];

/** Who may be asked. `demo` is the simulator that ships with Veogate; it speaks as GenAIPro does. */
export const providerIds = ['genaipro', 'demo'] as const;
export type ProviderId = (typeof providerIds)[number];

/** One of a fixed list of values. Left out of the request where the user did not choose. */
export interface ParamRule {
  values: readonly string[];
  /** What the provider does when it is not said. */
  default: string;
}

export interface KindRules {
  /** How many images, and what each is for, in order; `end` may be left out where `min` allows. */
  images: { min: number; max: number; roles: readonly ('start' | 'end' | 'reference')[] };
  count: { min: number; max: number };
  params: Readonly<Record<string, ParamRule>>;
}

export interface Model {
  id: string;
  provider: ProviderId;
  name: string;
  state: 'available' | 'preview' | 'retired';
  output: 'video' | 'image';
  kinds: Readonly<Partial<Record<Kind, KindRules>>>;
  /** Characters. */
  promptMax: number;
  /** What one output costs; null where nobody knows, and then no budget may cover it. */
  price: { perOutput: string; unit: Unit } | null;
  /** How an accepted submit whose answer was lost can be found again. */
  recovery: 'history' | 'none';
  /** Whether the provider can cancel what was submitted. */
  cancel: boolean;
  /** How long one usually takes, until enough of our own were measured. Seconds. */
  expectedSeconds: number;
  /** After this long without an answer it is `expired`. Seconds. */
  deadlineSeconds: number;
  /** How long the provider keeps a result. Hours; our assumption where the provider does not say. */
  retentionHours: number;
}

const landscapeOrPortrait: ParamRule = { values: ['16:9', '9:16'], default: '16:9' };
const upscale: ParamRule = { values: ['720p', '1080p'], default: '720p' };
const oneToFour = { min: 1, max: 4 };
const noImages = { min: 0, max: 0, roles: [] };

/** VEO through GenAIPro: `POST /v2/veo/…`. One output costs one credit; failed tasks are refunded. */
const genaiproVideo: Model = {
  id: 'genaipro/veo',
  provider: 'genaipro',
  name: 'VEO by GenAIPro',
  state: 'available',
  output: 'video',
  kinds: {
    text_to_video: {
      images: noImages,
      count: oneToFour,
      params: { aspect_ratio: landscapeOrPortrait, resolution: upscale },
    },
    image_to_video: {
      images: { min: 1, max: 1, roles: ['start'] },
      count: oneToFour,
      params: { aspect_ratio: landscapeOrPortrait, resolution: upscale },
    },
    frames_to_video: {
      images: { min: 1, max: 2, roles: ['start', 'end'] },
      count: oneToFour,
      params: { aspect_ratio: landscapeOrPortrait, resolution: upscale },
    },
    ingredients_to_video: {
      images: { min: 1, max: 3, roles: ['reference', 'reference', 'reference'] },
      count: oneToFour,
      params: { resolution: upscale },
    },
  },
  promptMax: 4_000,
  price: { perOutput: '1', unit: 'credits' },
  recovery: 'history',
  cancel: false,
  expectedSeconds: 90,
  deadlineSeconds: 30 * 60,
  retentionHours: 24,
};

/** Images through GenAIPro: `POST /v2/veo/create-image`, whose `model` is the last part of our id. */
const genaiproImage = (model: string, name: string): Model => ({
  ...genaiproVideo,
  id: `genaipro/${model}`,
  name: `${name} by GenAIPro`,
  output: 'image',
  kinds: {
    create_image: {
      images: {
        min: 0,
        max: 5,
        roles: ['reference', 'reference', 'reference', 'reference', 'reference'],
      },
      count: oneToFour,
      params: {
        aspect_ratio: { values: ['16:9', '9:16', '1:1'], default: '16:9' },
        resolution: { values: ['1k', '2k', '4k'], default: '1k' },
      },
    },
  },
  expectedSeconds: 30,
  deadlineSeconds: 15 * 60,
});

const genaiproModels: readonly Model[] = [
  genaiproVideo,
  genaiproImage('nano_banana_pro', 'Nano Banana Pro'),
  genaiproImage('nano_banana_2', 'Nano Banana 2'),
  genaiproImage('imagen_4', 'Imagen 4'),
];

/** The simulator takes the same requests, so its models are the same with another name. */
const demoModels: readonly Model[] = genaiproModels.map((model) => ({
  ...model,
  id: model.id.replace('genaipro/', 'demo/'),
  provider: 'demo',
  name: model.name.replace('by GenAIPro', '(demo)'),
  expectedSeconds: 5,
}));

/**
 * The catalogue: what each model accepts, costs and needs. It drives validation, the form, the price and the budget.
 *
 * @param options.demo whether a simulator runs beside this service
 */
export function listModels(options: { demo: boolean }): readonly Model[] {
  return options.demo ? [...demoModels, ...genaiproModels] : genaiproModels;
}

/** The model of that id, whether or not it is offered here: work under way outlives a change of the offer. */
export function findModel(id: string): Model | undefined {
  return [...genaiproModels, ...demoModels].find((model) => model.id === id);
}
