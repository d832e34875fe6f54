// @ts-check

/** @param {readonly number[]} values @param {number} part from 0 to 1 @returns {number} */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
