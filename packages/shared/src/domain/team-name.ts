/** Controls, marks that turn the direction of writing, what nobody sees, and what is no character. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{DI}\u2800]/u;
/** One sign may stand for a whole sentence, once it is taken apart. */
const LONGEST = 80;

/** Names that look the same to people are the same: compatible forms, case and spaces do not tell them apart. */
export function foldName(name: string): string {
  return tidyName(name).toUpperCase().toLowerCase().normalize('NFKC');
}

/** A name as it is shown. */
export function tidyName(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/gu, ' ');
}

/** Why a name cannot be taken; null where it can. */
export function faultOfName(name: string): string | null {
  if (UNSEEN.test(name)) return 'must not contain invisible characters.';
  const tidy = tidyName(name);
  if ([...tidy].length > LONGEST) return `must have at most ${LONGEST} characters.`;
  return tidy ? null : 'must not be empty.';
}

/** Why a PIN cannot be chosen: it is among the first that anybody tries. Null where it can. */
export function faultOfPin(pin: string, name: string): string | null {
  const points = [...pin].map((character) => character.codePointAt(0) ?? 0);
  const steps = new Set(points.slice(1).map((point, index) => point - (points[index] ?? 0)));
  const isRow = steps.size === 1 && [-1, 0, 1].some((step) => steps.has(step));
  if (isRow) return 'must not be a row of equal or successive characters.';
  return foldName(pin) === foldName(name) ? 'must not be your name.' : null;
}
