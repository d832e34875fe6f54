/** A picture that a client sent, kept by its hash. */
export interface MediaImage {
  role: 'start' | 'end' | 'reference';
  sha256: string;
}

/** All that decides how an output looks. Two requests that are equal share one file. */
export interface MediaRequest {
  kind: 'video' | 'image';
  caption: string;
  /** The small line above the caption, like "Text to video". */
  label: string;
  width: number;
  height: number;
  /** Which of several takes it is, from 0. */
  take: number;
  images: MediaImage[];
}

const BASE = { landscape: [16, 9], portrait: [9, 16], square: [1, 1] } as const;

export type Shape = keyof typeof BASE;

/** Pixels of a shape whose shorter side is `shorter`. Both are even, as H.264 wants it. */
export function sizeOf(shape: Shape, shorter: number): { width: number; height: number } {
  const [w, h] = BASE[shape];
  const scale = shorter / Math.min(w, h);
  return { width: Math.round((w * scale) / 2) * 2, height: Math.round((h * scale) / 2) * 2 };
}
