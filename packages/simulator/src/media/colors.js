/** @typedef {import('./render-plan.ts').Rgb} Rgb */

/** @param {number} a @param {number} b @param {number} t */
export const lerp = (a, b, t) => a + (b - a) * t;

/** @param {Rgb} a @param {Rgb} b @param {number} t @returns {Rgb} */
export const mix = (a, b, t) => [lerp(a[0], b[0], t), lerp(a[1], b[1], t), lerp(a[2], b[2], t)];

/** @param {readonly Rgb[]} stops @param {number} t @returns {Rgb} */
export function gradient(stops, t) {
  const at = Math.min(0.9999, Math.max(0, t)) * (stops.length - 1);
  const from = stops[Math.floor(at)] ?? [0, 0, 0];
  return mix(from, stops[Math.floor(at) + 1] ?? from, at % 1);
}

/** @param {Uint8ClampedArray} rgba @param {number} at @param {number} light */
export function addLight(rgba, at, light) {
  for (let channel = 0; channel < 3; channel += 1) rgba[at + channel] = (rgba[at + channel] ?? 0) + light;
}

/** @param {Uint8ClampedArray} rgba @param {number} at @param {Rgb} color @param {number} alpha */
export function blend(rgba, at, color, alpha) {
  rgba[at] = lerp(rgba[at] ?? 0, color[0], alpha);
  rgba[at + 1] = lerp(rgba[at + 1] ?? 0, color[1], alpha);
  rgba[at + 2] = lerp(rgba[at + 2] ?? 0, color[2], alpha);
}
