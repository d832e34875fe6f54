import { describe, expect, it } from 'vitest';
import {
  finalStates,
  type GenerationState,
  generationStates,
  isReopenedByOperation,
  mayBecome,
  sourcesOf,
  toStatus,
} from '../../src/domain/generation-state.ts';

/** Written out once more on purpose: a change of the table must be a change here too. */
const allowed = new Set([
  'queued>admitted',
  'queued>canceled',
  'admitted>submitting',
  'admitted>queued',
  'admitted>canceled',
  'submitting>running',
  'submitting>failed',
  'submitting>queued',
  'submitting>outcome_unknown',
  'running>storing',
  'running>failed',
  'running>canceled',
  'running>expired',
  'storing>succeeded',
  'storing>running',
  'storing>expired',
  'outcome_unknown>running',
  'outcome_unknown>failed',
  'outcome_unknown>expired',
  'expired>running',
]);

const pairs = generationStates.flatMap((from) => generationStates.map((to) => [from, to] as const));

describe('the state table', () => {
  it.each(pairs)('%s -> %s is allowed or refused as written', (from, to) => {
    expect(mayBecome(from, to)).toBe(allowed.has(`${from}>${to}`));
    expect(sourcesOf(to).includes(from)).toBe(allowed.has(`${from}>${to}`));
  });

  it('never lets anything be submitted again after it may have been', () => {
    const reachable = new Set<GenerationState>();
    const visit = (state: GenerationState): void => {
      for (const to of generationStates) {
        if (!mayBecome(state, to) || reachable.has(to)) continue;
        reachable.add(to);
        visit(to);
      }
    };
    visit('outcome_unknown');
    expect(reachable).not.toContain('submitting');
    expect(reachable).not.toContain('queued');
  });

  it('ends in three states', () => {
    expect(finalStates).toEqual(['succeeded', 'failed', 'canceled']);
  });

  it('is reopened by a late id only where it was given up or never answered', () => {
    const reopened = generationStates.filter((state) => isReopenedByOperation(state, false));
    expect(reopened).toEqual(['submitting', 'outcome_unknown', 'expired']);
    expect(isReopenedByOperation('failed', true)).toBe(true);
    expect(isReopenedByOperation('canceled', true)).toBe(false);
  });
});

describe('the status that the API shows', () => {
  it.each([
    ['queued', 'queued'],
    ['admitted', 'queued'],
    ['submitting', 'in_progress'],
    ['running', 'in_progress'],
    ['storing', 'in_progress'],
    ['outcome_unknown', 'outcome_unknown'],
    ['expired', 'expired'],
    ['succeeded', 'succeeded'],
    ['failed', 'failed'],
    ['canceled', 'canceled'],
  ] as const)('%s is shown as %s', (state, status) => {
    expect(toStatus(state, false)).toBe(status);
  });

  it('is canceling once its owner asked and the provider has it', () => {
    expect(toStatus('running', true)).toBe('canceling');
    expect(toStatus('storing', true)).toBe('in_progress');
  });
});
