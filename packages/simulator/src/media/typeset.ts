/// <reference path="./opentype.d.ts" />
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import opentype, { type Font, type Glyph } from 'opentype.js';

/** The scripts the shipped font covers, the commonest first. A character of none is left out. */
const SUBSETS = [
  'latin',
  'latin-ext',
  'vietnamese',
  'cyrillic',
  'greek',
  'cyrillic-ext',
  'greek-ext',
] as const;

export type Weight = 500 | 600;

export interface TextStyle {
  size: number;
  weight: Weight;
  /** Added after each letter, in pixels. */
  tracking?: number;
}

export type Typesetter = ReturnType<typeof createTypesetter>;

/**
 * Turns text into SVG paths with a font from the package, so that no font of the system is needed. Font files are
 * read when their first character is.
 */
export function createTypesetter() {
  const resolve = createRequire(import.meta.url).resolve;
  const fonts = new Map<string, Font>();

  function fontOf(subset: string, weight: Weight): Font {
    const name = `inter-${subset}-${weight}-normal.woff`;
    const known = fonts.get(name);
    if (known) return known;
    const font = opentype.parse(
      new Uint8Array(readFileSync(resolve(`@fontsource/inter/files/${name}`))).buffer,
    );
    fonts.set(name, font);
    return font;
  }

  function glyphsOf(text: string, weight: Weight): { font: Font; glyph: Glyph }[] {
    return [...text.normalize('NFC')].flatMap((character) => {
      for (const subset of SUBSETS) {
        const font = fontOf(subset, weight);
        if (font.charToGlyphIndex(character) > 0) return [{ font, glyph: font.charToGlyph(character) }];
        // What no subset can hold (emoji, ideographs) need not open them all.
        if ((character.codePointAt(0) ?? 0) > 0x2fff) break;
      }
      return [];
    });
  }

  /** Calls `each` with the pen's place at every glyph, and returns the width of the whole. */
  function walk(
    text: string,
    { size, weight, tracking = 0 }: TextStyle,
    each: (glyph: Glyph, x: number) => void,
  ): number {
    let x = 0;
    let last: { font: Font; glyph: Glyph } | undefined;
    for (const one of glyphsOf(text, weight)) {
      const scale = size / one.font.unitsPerEm;
      if (last?.font === one.font) x += one.font.getKerningValue(last.glyph, one.glyph) * scale;
      each(one.glyph, x);
      x += one.glyph.advanceWidth * scale + tracking;
      last = one;
    }
    return Math.max(0, x - tracking);
  }

  const measure = (text: string, style: TextStyle): number => walk(text, style, () => undefined);

  return {
    measure,
    /** The path data of one line whose baseline begins at `x`, `y`. */
    toPath(text: string, x: number, y: number, style: TextStyle): string {
      const parts: string[] = [];
      walk(text, style, (glyph, at) => parts.push(glyph.getPath(x + at, y, style.size).toPathData(1)));
      return parts.join('');
    },
    /** Breaks text into lines no wider than `width`; a word that is wider is broken too. */
    wrap(text: string, width: number, style: TextStyle): string[] {
      const lines: string[] = [];
      let line = '';
      for (const word of text.split(/\s+/).filter(Boolean)) {
        const longer = line === '' ? word : `${line} ${word}`;
        if (measure(longer, style) <= width) {
          line = longer;
          continue;
        }
        if (line !== '') lines.push(line);
        line = word;
        while (measure(line, style) > width && line.length > 1) {
          let fits = line.length - 1;
          while (fits > 1 && measure(line.slice(0, fits), style) > width) fits -= 1;
          lines.push(line.slice(0, fits));
          line = line.slice(fits);
        }
      }
      return line === '' ? lines : [...lines, line];
    },
  };
}
