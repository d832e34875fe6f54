import { createLandscape } from './landscape.js';

/** @typedef {import('./render-plan.ts').Bitmap} Bitmap */
/** @typedef {import('./render-plan.ts').PlacedBitmap} PlacedBitmap */
/** @typedef {import('./render-plan.ts').RenderPlan} RenderPlan */

/**
 * Returns the function that draws the frame at a moment `t`, 0 to 1. It draws into one buffer, again and again.
 * @param {RenderPlan} plan
 * @returns {(t: number) => Uint8Array}
 */
export function createComposer(plan) {
  const { width, height, backdrops, cards, overlay, clock, bar } = plan;
  const memory = new ArrayBuffer(width * height * 4);
  const rgba = new Uint8ClampedArray(memory);
  const bytes = new Uint8Array(memory);
  const frame = { rgba, words: new Uint32Array(memory) };
  const [first, second] = backdrops;
  const landscape = first ? undefined : createLandscape(plan);

  return (t) => {
    if (landscape) landscape(frame, t);
    if (first) drawBackdrop(first, t, 1);
    if (second && t > 0.35) drawBackdrop(second, t, ease((t - 0.35) / 0.4));
    if (overlay) drawBitmap(overlay, overlay.y, 0, overlay.height);
    cards.forEach((card, index) => {
      const float = Math.round(Math.sin(t * 6 + index * 1.3) * height * 0.008);
      drawBitmap(card, card.y + float, 0, card.height);
    });
    if (clock) {
      const row = Math.min(clock.rows - 1, Math.floor(t * clock.rows));
      const rowHeight = clock.height / clock.rows;
      drawBitmap(clock, clock.y, row * rowHeight, rowHeight);
    }
    if (bar) drawBar(bar, t);
    return bytes;
  };

  /** @param {Bitmap} bitmap @param {number} t @param {number} alpha */
  function drawBackdrop(bitmap, t, alpha) {
    const spareX = bitmap.width - width;
    const spareY = bitmap.height - height;
    const left = Math.round(spareX * (0.1 + 0.8 * t));
    const top = Math.round(spareY * (0.8 - 0.6 * t));
    for (let y = 0; y < height; y += 1) {
      const from = ((y + top) * bitmap.width + left) * 4;
      const to = y * width * 4;
      if (alpha >= 1) bytes.set(bitmap.data.subarray(from, from + width * 4), to);
      else for (let i = 0; i < width * 4; i += 1) fade(to + i, bitmap.data[from + i] ?? 0, alpha);
    }
  }

  /** @param {PlacedBitmap} bitmap @param {number} y @param {number} firstRow @param {number} rows */
  function drawBitmap(bitmap, y, firstRow, rows) {
    const { data, x } = bitmap;
    for (let row = 0; row < rows; row += 1) {
      if (y + row < 0 || y + row >= height) continue;
      let from = (firstRow + row) * bitmap.width * 4;
      let to = ((y + row) * width + x) * 4;
      for (let column = 0; column < bitmap.width; column += 1, from += 4, to += 4) {
        const alpha = data[from + 3] ?? 0;
        if (alpha === 0) continue;
        const keep = 255 - alpha;
        rgba[to] = ((data[from] ?? 0) * alpha + (rgba[to] ?? 0) * keep) / 255;
        rgba[to + 1] = ((data[from + 1] ?? 0) * alpha + (rgba[to + 1] ?? 0) * keep) / 255;
        rgba[to + 2] = ((data[from + 2] ?? 0) * alpha + (rgba[to + 2] ?? 0) * keep) / 255;
      }
    }
  }

  /** @param {NonNullable<RenderPlan['bar']>} at @param {number} t */
  function drawBar(at, t) {
    const filled = Math.max(at.height, Math.round(at.width * t));
    for (let y = at.y; y < at.y + at.height; y += 1) {
      for (let x = at.x; x < at.x + filled; x += 1) frame.words[y * width + x] = 0xffffffff;
    }
  }

  /** @param {number} at @param {number} value @param {number} alpha */
  function fade(at, value, alpha) {
    rgba[at] = (rgba[at] ?? 0) * (1 - alpha) + value * alpha;
  }
}

/** @param {number} t */
function ease(t) {
  const clamped = Math.min(1, Math.max(0, t));
  return clamped * clamped * (3 - 2 * clamped);
}
