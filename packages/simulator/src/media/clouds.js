import { lerp } from './colors.js';
import { noise2 } from './noise.js';

/**
 * How thick the clouds are at each pixel, 0 to 1. The field joins up at its left and right edge.
 * @param {number} width
 * @param {number} height
 * @param {number} seed
 */
export function paintClouds(width, height, seed) {
  const field = new Float32Array(width * height);
  // Worked out on a coarse grid and stretched: clouds are soft.
  const cells = 8;
  const grid = 160;
  const rows = 48;
  const coarse = Float32Array.from({ length: grid * (rows + 1) }, (_, index) => {
    const x = ((index % grid) / grid) * cells;
    const y = (Math.floor(index / grid) / rows) * 14;
    const sum =
      0.55 * noise2(x, y, cells, seed) +
      0.3 * noise2(x * 2, y * 2, cells * 2, seed + 1) +
      0.15 * noise2(x * 4, y * 4, cells * 4, seed + 2);
    return Math.min(1, Math.max(0, (sum - 0.46) * 3.2));
  });
  for (let y = 0; y < height; y += 1) {
    const gy = (y / height) * (rows - 1);
    const y0 = Math.floor(gy);
    for (let x = 0; x < width; x += 1) {
      const gx = (x / width) * grid;
      const x0 = Math.floor(gx);
      const x1 = (x0 + 1) % grid;
      const top = lerp(coarse[y0 * grid + x0] ?? 0, coarse[y0 * grid + x1] ?? 0, gx - x0);
      const bottom = lerp(coarse[(y0 + 1) * grid + x0] ?? 0, coarse[(y0 + 1) * grid + x1] ?? 0, gx - x0);
      field[y * width + x] = lerp(top, bottom, gy - y0);
    }
  }
  return field;
}
