import type { SimulatorContext } from '../../context.ts';
import { WireError } from '../../http/wire-error.ts';
import type { KeyState } from '../../state/keys.ts';
import type { Task } from '../../state/tasks.ts';

export interface HistoryPage {
  tasks: Task[];
  total: number;
  page: number;
  page_size: number;
  total_pages: number;
}

/** One page of a key's tasks, newest first. Pages count from 1; a page has 20 entries, 100 at most. */
export function pageOf(ctx: SimulatorContext, key: KeyState, query: Record<string, string>): HistoryPage {
  const page = readNumber(query['page'], 'page', 1, Number.MAX_SAFE_INTEGER);
  const size = readNumber(query['page_size'], 'page_size', 20, 100);
  const listed = ctx.tasks.ofKey(key.sha256).filter((task) => !isOmitted(ctx, task));
  const end = listed.length - (page - 1) * size;
  const tasks = listed.slice(Math.max(0, end - size), Math.max(0, end)).reverse();
  return {
    tasks: tasks.map(ctx.tasks.refresh),
    total: listed.length,
    page,
    page_size: size,
    total_pages: Math.ceil(listed.length / size),
  };
}

function isOmitted(ctx: SimulatorContext, task: Task): boolean {
  if (task.directives.length === 0 && !ctx.faults.isSet('history_omits')) return false;
  const { keySha256, prompt, directives, acceptedAt, foreign } = task;
  if (foreign) return false;
  const fault = ctx.faults.take({ keySha256, endpoint: 'histories', prompt, directives }, ['history_omits']);
  return fault !== undefined && ctx.now() < acceptedAt + fault.value;
}

function readNumber(text: string | undefined, name: string, initial: number, max: number): number {
  if (text === undefined) return initial;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) throw new WireError(400, `invalid ${name}`);
  return value;
}
