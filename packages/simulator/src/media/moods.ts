import type { Mood, Rgb } from './render-plan.ts';

const rgb = (hex: string): Rgb => [
  Number.parseInt(hex.slice(0, 2), 16),
  Number.parseInt(hex.slice(2, 4), 16),
  Number.parseInt(hex.slice(4, 6), 16),
];
const sky = (top: string, middle: string, low: string) => [rgb(top), rgb(middle), rgb(low)] as const;

const DUSK: Mood = {
  skyStart: sky('2b3a78', 'a8618f', 'ff9d6c'),
  skyEnd: sky('171a44', '6a3a78', 'f0605f'),
  sun: { color: rgb('ffc07a'), from: [0.66, 0.48], to: [0.7, 0.8], radius: 0.062, glow: 0.75 },
  cloud: { color: rgb('ffb199'), amount: 0.55 },
  far: rgb('8a5a86'),
  near: rgb('150f2b'),
  stars: 0.15,
  water: false,
};

const DAWN: Mood = {
  skyStart: sky('33507f', '9fa7c4', 'ffc9a3'),
  skyEnd: sky('4f8fc9', 'b4d6ea', 'ffe9c4'),
  sun: { color: rgb('fff0c2'), from: [0.3, 0.86], to: [0.36, 0.44], radius: 0.058, glow: 0.6 },
  cloud: { color: rgb('ffffff'), amount: 0.5 },
  far: rgb('8fa6bd'),
  near: rgb('16312f'),
  stars: 0,
  water: false,
};

const NIGHT: Mood = {
  skyStart: sky('070b22', '14264f', '2f5a80'),
  skyEnd: sky('060818', '132a55', '3a6f8f'),
  sun: { color: rgb('cfe2ff'), from: [0.24, 0.4], to: [0.34, 0.26], radius: 0.05, glow: 0.38 },
  cloud: { color: rgb('5f8fb5'), amount: 0.35 },
  far: rgb('2b4f70'),
  near: rgb('04070f'),
  stars: 1,
  water: false,
};

const LAKE: Mood = {
  skyStart: sky('24427a', '8877ab', 'ffb88a'),
  skyEnd: sky('16285c', '7a5a98', 'ff8d74'),
  sun: { color: rgb('ffd39a'), from: [0.4, 0.6], to: [0.46, 0.84], radius: 0.066, glow: 0.8 },
  cloud: { color: rgb('ffc2a8'), amount: 0.6 },
  far: rgb('7a6a96'),
  near: rgb('1a1a3c'),
  stars: 0.2,
  water: true,
};

const DESERT: Mood = {
  skyStart: sky('3f7fae', 'b9cfcf', 'ffe0a8'),
  skyEnd: sky('35608f', 'd9b48f', 'ffb469'),
  sun: { color: rgb('fff1cf'), from: [0.7, 0.24], to: [0.76, 0.56], radius: 0.054, glow: 0.6 },
  cloud: { color: rgb('fff3dd'), amount: 0.3 },
  far: rgb('d8a06c'),
  near: rgb('5c2413'),
  stars: 0,
  water: false,
};

const AURORA_LAKE: Mood = {
  skyStart: sky('081c2e', '0f4a52', '4fae8b'),
  skyEnd: sky('0a1433', '1b3f6b', '58a7a0'),
  sun: { color: rgb('d8fff0'), from: [0.72, 0.36], to: [0.64, 0.24], radius: 0.04, glow: 0.42 },
  cloud: { color: rgb('7affc8'), amount: 0.5 },
  far: rgb('2d6a70'),
  near: rgb('04121a'),
  stars: 0.9,
  water: true,
};

const MOODS = [DUSK, DAWN, LAKE, NIGHT, DESERT, AURORA_LAKE] as const;

const WORDS: readonly [RegExp, Mood][] = [
  [/\b(aurora|northern lights|arctic|ice|fjord)/i, AURORA_LAKE],
  [/\b(sea|ocean|lake|river|water|beach|boat|island|wave|ship|fish)/i, LAKE],
  [/\b(night|moon|star|galaxy|space|midnight|neon)/i, NIGHT],
  [/\b(desert|dune|sand|canyon|savanna|camel)/i, DESERT],
  [/\b(dawn|sunrise|morning|fog|mist|spring|meadow|forest)/i, DAWN],
  [/\b(dusk|sunset|evening|twilight|golden hour)/i, DUSK],
];

/** The landscape for a prompt: by a word in it, else by its seed. */
export function moodFor(caption: string, seed: number): Mood {
  const named = WORDS.find(([pattern]) => pattern.test(caption));
  return named?.[1] ?? MOODS[seed % MOODS.length] ?? DUSK;
}
