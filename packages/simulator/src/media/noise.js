/** Small deterministic noise: the same seed paints the same picture, on every machine. */

/**
 * @param {number} x
 * @param {number} y
 * @param {number} seed
 * @returns {number} 0..1
 */
export function hash2(x, y, seed) {
  let h = Math.imul(x, 374761393) ^ Math.imul(y, 668265263) ^ Math.imul(seed, 2246822519);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** @param {number} t */
const smooth = (t) => t * t * (3 - 2 * t);

/**
 * @param {number} x
 * @param {number} seed
 */
export function noise1(x, seed) {
  const cell = Math.floor(x);
  const f = smooth(x - cell);
  return hash2(cell, 0, seed) * (1 - f) + hash2(cell + 1, 0, seed) * f;
}

/**
 * Repeats every `period` cells along x, so that a field can be scrolled for ever.
 * @param {number} x
 * @param {number} y
 * @param {number} period
 * @param {number} seed
 */
export function noise2(x, y, period, seed) {
  const cellX = Math.floor(x);
  const cellY = Math.floor(y);
  const fx = smooth(x - cellX);
  const fy = smooth(y - cellY);
  const left = cellX % period;
  const right = (cellX + 1) % period;
  const top = hash2(left, cellY, seed) * (1 - fx) + hash2(right, cellY, seed) * fx;
  const bottom = hash2(left, cellY + 1, seed) * (1 - fx) + hash2(right, cellY + 1, seed) * fx;
  return top * (1 - fy) + bottom * fy;
}
