import { paintClouds } from './clouds.js';
import { addLight, blend, gradient, lerp, mix } from './colors.js';
import { hash2, noise1 } from './noise.js';

/** @typedef {import('./render-plan.ts').Rgb} Rgb */
/** @typedef {import('./render-plan.ts').RenderPlan} RenderPlan */
/** @typedef {{ rgba: Uint8ClampedArray, words: Uint32Array }} Frame */

const RIDGES = 5;
const GLOW_STEPS = 2048;

/**
 * Prepares a landscape and returns the function that paints it at a moment `t`, 0 to 1, of the clip.
 * @param {Pick<RenderPlan, 'width' | 'height' | 'seed' | 'mood'>} plan
 * @returns {(frame: Frame, t: number) => void}
 */
export function createLandscape({ width, height, seed, mood }) {
  const unit = Math.min(width, height) / 720;
  const horizon = Math.round(height * (mood.water ? 0.66 : 0.74));
  const clouds = paintClouds(width, horizon, seed);
  const glow = Float32Array.from({ length: GLOW_STEPS }, (_, step) => {
    const distance = Math.sqrt(step / GLOW_STEPS) * 1.4;
    return 0.75 * Math.exp(-distance * 9) + 0.5 * Math.exp(-distance * 2.6);
  });
  const tops = new Float32Array(width);

  return (frame, t) => {
    paintSky(frame, t);
    if (mood.stars > 0) paintStars(frame, t);
    paintSun(frame, t);
    for (let ridge = 0; ridge < RIDGES; ridge += 1) paintRidge(frame, t, ridge);
    if (mood.water) paintWater(frame, t);
  };

  /** @param {Frame} frame @param {number} t */
  function paintSky({ rgba }, t) {
    const [sunX, sunY] = sunAt(t);
    const reach = GLOW_STEPS / (1.96 * Math.max(width, height) ** 2);
    const stops = mood.skyStart.map((stop, index) => mix(stop, mood.skyEnd[index] ?? stop, t));
    const { color: cloudColor, amount } = mood.cloud;
    const drift = Math.round(t * width * 0.05);
    for (let y = 0; y < horizon; y += 1) {
      const [r, g, b] = gradient(stops, y / horizon);
      const fade = amount * Math.min(1, (2.2 * y) / horizon);
      for (let x = 0, at = y * width * 4; x < width; x += 1, at += 4) {
        const dx = x - sunX;
        const dy = (y - sunY) * 1.25;
        const step = ((dx * dx + dy * dy) * reach) | 0;
        const light = step < GLOW_STEPS ? (glow[step] ?? 0) * mood.sun.glow : 0;
        const cloud = (clouds[y * width + ((x + drift) % width)] ?? 0) * fade;
        // Light draws the sky towards the colour of the sun, and clouds near it glow; neither can burn out to white.
        const glare = Math.min(light, 1);
        const cover = cloud * (0.45 + 0.55 * glare);
        const grain = GRAIN[(x & 63) | ((y & 63) << 6)] ?? 0;
        const keep = (1 - glare) * (1 - cover);
        const sun = glare * (1 - cover);
        rgba[at] = r * keep + mood.sun.color[0] * sun + cloudColor[0] * cover + grain;
        rgba[at + 1] = g * keep + mood.sun.color[1] * sun + cloudColor[1] * cover + grain;
        rgba[at + 2] = b * keep + mood.sun.color[2] * sun + cloudColor[2] * cover + grain;
        rgba[at + 3] = 255;
      }
    }
  }

  /** @param {Frame} frame @param {number} t */
  function paintStars({ rgba }, t) {
    const size = Math.max(1, Math.round(unit * 1.6));
    for (let star = 0; star < 260; star += 1) {
      const x = Math.floor(hash2(star, 1, seed) * (width - size));
      const y = Math.floor(hash2(star, 2, seed) ** 1.4 * horizon * 0.85);
      const twinkle = 0.7 + 0.3 * Math.sin(t * 9 + star);
      const light = 235 * mood.stars * hash2(star, 3, seed) ** 2 * twinkle * (1 - y / horizon);
      for (let dy = 0; dy < size; dy += 1) {
        for (let dx = 0; dx < size; dx += 1) addLight(rgba, ((y + dy) * width + x + dx) * 4, light);
      }
    }
  }

  /** @param {Frame} frame @param {number} t */
  function paintSun({ rgba }, t) {
    const [sunX, sunY] = sunAt(t);
    const radius = mood.sun.radius * Math.min(width, height);
    const edge = Math.max(1, 1.5 * unit);
    const disc = mix(mood.sun.color, [255, 255, 255], 0.6);
    for (
      let y = Math.max(0, Math.floor(sunY - radius - edge));
      y < Math.min(horizon, sunY + radius + edge);
      y += 1
    ) {
      for (
        let x = Math.max(0, Math.floor(sunX - radius - edge));
        x < Math.min(width, sunX + radius + edge);
        x += 1
      ) {
        const cover = Math.min(1, (radius + edge / 2 - Math.hypot(x - sunX, y - sunY)) / edge);
        if (cover > 0) blend(rgba, (y * width + x) * 4, disc, cover * 0.96);
      }
    }
  }

  /** @param {Frame} frame @param {number} t @param {number} ridge */
  function paintRidge({ rgba, words }, t, ridge) {
    const depth = ridge / (RIDGES - 1);
    const foot = mood.water ? horizon : height;
    const base = horizon * (0.93 + (mood.water ? 0.07 : 0.2) * depth ** 1.3);
    const rise = Math.min(height, width * 0.8) * (0.24 - 0.13 * depth);
    const shift = t * unit * (8 + 70 * depth ** 1.5) + ridge * 977;
    const color = mix(mood.far, mood.near, depth ** 0.85);
    let peak = height;
    for (let x = 0; x < width; x += 1) {
      const at = ((x + shift) / unit) * (0.0022 + 0.0012 * depth);
      tops[x] = base - rise * ridgeHeight(at, seed + ridge, depth);
      peak = Math.min(peak, tops[x] ?? peak);
    }
    const haze = mix(gradient([...mood.skyEnd], 1), mood.sun.color, 0.25);
    for (let y = Math.max(0, Math.floor(peak)); y < foot; y += 1) {
      const fog = 0.55 * (1 - depth) * Math.min(1, ((y - peak) / rise) ** 2 * 0.5);
      const shade = mix(color, haze, fog);
      const word = 0xff000000 | (shade[2] << 16) | (shade[1] << 8) | shade[0];
      for (let x = 0, at = y * width; x < width; x += 1, at += 1) {
        const inside = y - (tops[x] ?? height);
        if (inside >= 1) words[at] = word;
        else if (inside > 0) blend(rgba, at * 4, shade, inside);
      }
    }
  }

  /** @param {Frame} frame @param {number} t */
  function paintWater({ rgba, words }, t) {
    const deep = mix(mood.near, gradient([...mood.skyStart], 0), 0.35);
    for (let y = horizon; y < height; y += 1) {
      const down = (y - horizon) / (height - horizon);
      const wave =
        Math.sin((y - horizon) ** 0.72 * 1.9 - t * 22) + 0.6 * Math.sin((y - horizon) * 0.21 + t * 13);
      const from = Math.max(
        0,
        Math.round(horizon - 1 - (y - horizon) * 1.35 + wave * 2 * unit * (0.3 + down)),
      );
      const ripple = wave * unit * (1.5 + 9 * down);
      const tint = 0.18 + 0.5 * down;
      for (let x = 0; x < width; x += 1) {
        const source = Math.min(width - 1, Math.max(0, Math.round(x + ripple)));
        words[y * width + x] = words[from * width + source] ?? 0;
        blend(rgba, (y * width + x) * 4, deep, tint);
      }
    }
  }

  /** @param {number} t */
  function sunAt(t) {
    const { from, to } = mood.sun;
    return /** @type {const} */ ([
      (from[0] + (to[0] - from[0]) * t) * width,
      (from[1] + (to[1] - from[1]) * t) * horizon,
    ]);
  }
}

/** Breaks up the bands of a smooth gradient. */
const GRAIN = Float32Array.from({ length: 4096 }, (_, index) => hash2(index & 63, index >> 6, 7) - 0.5);

/** @param {number} at @param {number} seed @param {number} depth */
function ridgeHeight(at, seed, depth) {
  const ridged = 1 - Math.abs(2 * noise1(at * 2, seed) - 1);
  const rolling = noise1(at, seed + 50);
  const detail = noise1(at * 9, seed + 90) * 0.12 + noise1(at * 27, seed + 130) * 0.05;
  const trees = depth > 0.7 ? noise1(at * 90, seed + 170) * 0.1 : noise1(at * 60, seed + 170) * 0.02;
  return lerp(0.62 * ridged + 0.38 * rolling, rolling, depth * 0.8) + detail + trees;
}
