/** A picture in memory: 4 bytes a pixel, red, green, blue, alpha. */
export interface Bitmap {
  width: number;
  height: number;
  data: Uint8Array;
}

export interface PlacedBitmap extends Bitmap {
  x: number;
  y: number;
}

export type Rgb = readonly [number, number, number];

/** The colours and the sun of a painted landscape. Positions are fractions of the frame. */
export interface Mood {
  /** Sky from top to horizon, at the start and at the end of the clip. */
  skyStart: readonly [Rgb, Rgb, Rgb];
  skyEnd: readonly [Rgb, Rgb, Rgb];
  sun: {
    color: Rgb;
    from: readonly [number, number];
    to: readonly [number, number];
    radius: number;
    glow: number;
  };
  cloud: { color: Rgb; amount: number };
  /** The farthest and the nearest ridge. */
  far: Rgb;
  near: Rgb;
  /** 0 for none, 1 for a clear night. */
  stars: number;
  /** Whether the foreground is a lake that mirrors the rest. */
  water: boolean;
}

/** All that the worker needs to draw and encode one output. Plain data, so that it can be posted. */
export interface RenderPlan {
  kind: 'video' | 'image';
  width: number;
  height: number;
  frames: number;
  frameRate: number;
  seed: number;
  mood: Mood;
  /** Pictures that fill the frame: none, one, or two that cross-fade. They may be larger than the frame, to drift. */
  backdrops: Bitmap[];
  /** Pictures that float above the landscape. */
  cards: PlacedBitmap[];
  /** Text and shade, the same on every frame. */
  overlay: PlacedBitmap | null;
  /** One row of the bitmap for each second. */
  clock: (PlacedBitmap & { rows: number }) | null;
  bar: { x: number; y: number; width: number; height: number } | null;
}
