import { toProblem } from '../api/problem.ts';
import { toast } from './toasts.tsx';

/** Says at the foot of the page why something did not work, and what to do. */
export function toastProblem(error: unknown): void {
  const { message, advice } = toProblem(error);
  toast(`${message} ${advice}`, { tone: 'failed' });
}
