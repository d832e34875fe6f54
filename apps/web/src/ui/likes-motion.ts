/** Whether the reader has not asked their system for less motion. */
export function likesMotion(): boolean {
  return !matchMedia('(prefers-reduced-motion: reduce)').matches;
}
