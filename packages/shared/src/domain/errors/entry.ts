/**
 * Whether, and by whom, what failed is tried again.
 *
 * - `automatic`: this service tries again by itself; nobody has to do anything.
 * - `manual`: the same request may succeed later, as it is; whoever made it repeats it.
 * - `after_change`: the same request fails again until what the advice names is changed.
 * - `look_again`: it must not be made anew yet, since it may still be there: the provider is asked for it again.
 * - `never`: repeating it leads to nothing.
 */
export const retryRules = ['automatic', 'manual', 'after_change', 'look_again', 'never'] as const;
export type RetryRule = (typeof retryRules)[number];

/** Whether the provider bills for a generation that ended so. What is not `not_billed` is counted at its full price. */
export const billings = ['not_billed', 'maybe_billed', 'billed'] as const;
export type Billing = (typeof billings)[number];

export interface ErrorEntry {
  /** As HTTP has it. */
  status: number;
  /** What happened, in one sentence. */
  title: string;
  /** What a person can do about it. */
  advice: string;
  retry: RetryRule;
}

/** What a generation can end with, or wait for. */
export interface GenerationErrorEntry extends ErrorEntry {
  billing: Billing;
}
