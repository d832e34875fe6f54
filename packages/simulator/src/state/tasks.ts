import type { Fault } from '../faults/fault-spec.ts';
import type { MediaRequest } from '../media/media-request.ts';

/** A task as it is written down: everything that does not change. */
export interface TaskRecord {
  id: string;
  provider: string;
  endpoint: string;
  keySha256: string;
  prompt: string;
  directives: Fault[];
  /** When it was accepted, by the clock of this machine and by the clock that the provider shows. */
  acceptedAt: number;
  createdAt: number;
  /** When it ends at the earliest; null for never. */
  dueAt: number | null;
  /** How it ends, where that is a failure. */
  error: string | null;
  outputs: MediaRequest[];
  /** Credits given back where it fails. */
  credits: number;
  /** True for an entry that nobody submitted here: it only shows in the histories. */
  foreign: boolean;
}

export type TaskStatus = 'processing' | 'completed' | 'failed';

export interface Task extends TaskRecord {
  status: TaskStatus;
}

interface TaskStoreParts {
  now: () => number;
  /** Whether an output can be downloaded at once. Throws where it can never be made. */
  isReady: (output: MediaRequest) => boolean;
  /** Called once for each task, when it completes or fails. */
  onSettled: (task: Task) => void;
}

export type TaskStore = ReturnType<typeof createTaskStore>;

/**
 * Holds the tasks. Nothing runs by timer: a task's state is worked out when someone looks, so thousands of tasks in
 * flight cost nothing.
 */
export function createTaskStore({ now, isReady, onSettled }: TaskStoreParts) {
  const byId = new Map<string, Task>();
  const byKey = new Map<string, Task[]>();
  const openByKey = new Map<string, Set<Task>>();

  function settle(task: Task, error: string | null): void {
    task.error = error;
    task.status = error === null ? 'completed' : 'failed';
    openByKey.get(task.keySha256)?.delete(task);
    onSettled(task);
  }

  function refresh(task: Task): Task {
    if (task.status !== 'processing' || task.dueAt === null || task.dueAt > now()) return task;
    if (task.error !== null) settle(task, task.error);
    else {
      const made = tryMake(() => task.outputs.every(isReady));
      if (made === 'failed') settle(task, 'Failed to upload image, please try again');
      else if (made === 'ready') settle(task, null);
    }
    return task;
  }

  return {
    add(record: TaskRecord): Task {
      const task: Task = { ...record, status: 'processing' };
      byId.set(task.id, task);
      insertByTime(listOf(byKey, task.keySha256), task);
      const open = openByKey.get(task.keySha256) ?? new Set();
      openByKey.set(task.keySha256, open.add(task));
      return task;
    },
    /** Puts back how a task ended before a restart, without telling anyone again. */
    restore(id: string, error: string | null): Task | undefined {
      const task = byId.get(id);
      if (!task) return undefined;
      task.error = error;
      task.status = error === null ? 'completed' : 'failed';
      openByKey.get(task.keySha256)?.delete(task);
      return task;
    },
    /** A task as it was last seen. */
    peek: (id: string): Task | undefined => byId.get(id),
    get(id: string): Task | undefined {
      const task = byId.get(id);
      return task && refresh(task);
    },
    /** Settles what is due of one key, so that its refunds are counted. */
    refreshKey(keySha256: string): void {
      for (const task of openByKey.get(keySha256) ?? []) refresh(task);
    },
    /** One key's tasks, oldest first, not refreshed. */
    ofKey: (keySha256: string): readonly Task[] => byKey.get(keySha256) ?? [],
    refresh,
    all: (): Task[] => [...byId.values()].map(refresh),
  };
}

function tryMake(check: () => boolean): 'ready' | 'pending' | 'failed' {
  try {
    return check() ? 'ready' : 'pending';
  } catch {
    return 'failed';
  }
}

function listOf(map: Map<string, Task[]>, key: string): Task[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}

function insertByTime(list: Task[], task: Task): void {
  let at = list.length;
  while (at > 0 && (list[at - 1]?.createdAt ?? 0) > task.createdAt) at -= 1;
  list.splice(at, 0, task);
}
