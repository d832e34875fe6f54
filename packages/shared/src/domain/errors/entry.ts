/** Whether, and by whom, what failed is tried again. */
export const retryMeanings = {
  automatic: 'this service tries again by itself; nobody has to do anything.',
  manual: 'the same request may succeed later, as it is: whoever made it repeats it.',
  after_change: 'the same request fails again until what the advice names is changed.',
  look_again:
    'it may still be there, so it is not made anew yet: the provider is asked for its result again.',
  never: 'repeating it leads to nothing.',
} as const;
export type RetryRule = keyof typeof retryMeanings;
export const retryRules = Object.keys(retryMeanings) as RetryRule[];

/** Whether the provider bills for a generation that ended so. */
export const billingMeanings = {
  not_billed: 'the provider bills nothing, and nothing is counted.',
  maybe_billed: 'the provider may bill it, so it is counted at its full price until the truth turns up.',
  billed: 'the provider bills it: it was made.',
} as const;
export type Billing = keyof typeof billingMeanings;
export const billings = Object.keys(billingMeanings) as Billing[];

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
