import type { HistoryInjection, Simulator, TaskView } from './api.ts';
import type { SimulatorContext } from './context.ts';
import { sha256 } from './state/hash.ts';
import type { Task } from './state/tasks.ts';
import { addForeignEntry, prepareOutputs } from './submit.ts';

/** All of a simulator but where it listens and how it closes. */
export type Control = Omit<Simulator, 'url' | 'genaiproUrl' | 'close'>;

/** What tests call and what `/_simulator` offers over HTTP. */
export function createControl(ctx: SimulatorContext): Control {
  return {
    ledger: () => ctx.ledger.entries(),
    submitsSeen: (key) => ctx.ledger.submitsSeen(key === undefined ? undefined : sha256(key)),
    doubtfulSubmits: () => ctx.ledger.doubtful(),
    ledgerSummary() {
      const entries = ctx.ledger.entries();
      return { submitsSeen: ctx.ledger.submitsSeen(), accepted: entries.length, entries };
    },
    tasks: () => ctx.tasks.all().map(toView),
    downloads: () => structuredClone(ctx.downloads),
    configureKey(key, config) {
      const hash = sha256(key);
      ctx.journal.append({ type: 'key', keySha256: hash, config });
      return { ...ctx.keys.configure(hash, config) };
    },
    setFaults: (faults) => ctx.faults.set(faults),
    addFaults: (faults) => ctx.faults.add(faults),
    clearFaults: () => ctx.faults.clear(),
    faults: () => ctx.faults.list(),
    completeTasks(id) {
      const open = ctx.tasks.all().filter((task) => task.status === 'processing' && (!id || task.id === id));
      for (const task of open) makeDue(ctx, task);
      return open.length;
    },
    injectHistory: (key: string, { prompt, createdAt, provider = 'genaipro' }: HistoryInjection) =>
      addForeignEntry(ctx, {
        keySha256: sha256(key),
        prompt,
        provider,
        createdAt: createdAt === undefined ? undefined : Date.parse(createdAt),
      }).id,
  };
}

function makeDue(ctx: SimulatorContext, task: Task): void {
  task.dueAt = ctx.now();
  ctx.journal.append({ type: 'due', id: task.id, dueAt: task.dueAt });
  prepareOutputs(ctx, task);
}

function toView(task: Task): TaskView {
  const { id, provider, endpoint, keySha256, prompt, status, error, foreign } = task;
  return {
    id,
    provider,
    endpoint,
    keySha256,
    prompt,
    status,
    error: status === 'failed' ? error : null,
    acceptedAt: new Date(task.acceptedAt).toISOString(),
    dueAt: task.dueAt === null ? null : new Date(task.dueAt).toISOString(),
    files: task.outputs.length,
    foreign,
  };
}
