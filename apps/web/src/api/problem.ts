import type { Problem } from '@veogate/shared/contracts/common';
import { t } from '../strings/en.ts';

/** One field that a request got wrong. */
export type FieldError = NonNullable<Problem['errors']>[number];

/** Thrown by every call that did not succeed: what happened, whether it was billed, and what to do. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: string;
  /** 0 where nothing answered at all. */
  readonly status: number;
  readonly advice: string;
  readonly billing: string | undefined;
  readonly requestId: string | undefined;
  readonly fields: readonly FieldError[];

  constructor(problem: Partial<Problem> & { status: number }) {
    super(problem.detail ?? problem.title ?? t.problems.unexpected.title);
    this.code = problem.code ?? 'internal';
    this.status = problem.status;
    this.advice = problem.advice ?? t.problems.unexpected.advice;
    this.billing = problem.billing;
    this.requestId = problem.request_id;
    this.fields = problem.errors ?? [];
  }

  /** Whether asking again, unchanged, may help. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Nothing answered: the network, or the service, is away. */
export function unreachable(): ApiProblem {
  return new ApiProblem({ status: 0, code: 'unreachable', ...t.problems.unreachable });
}

export function toProblem(error: unknown): ApiProblem {
  return error instanceof ApiProblem ? error : new ApiProblem({ status: 500, ...t.problems.unexpected });
}
