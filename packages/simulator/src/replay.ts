import type { SimulatorContext } from './context.ts';
import { readDirectives } from './faults/fault-spec.ts';
import type { JournalLine } from './state/journal.ts';
import { prepareOutputs } from './submit.ts';

/** Puts back what the state file holds, then starts again on the videos of the tasks that were under way. */
export function replayJournal(ctx: SimulatorContext): void {
  for (const line of ctx.journal.lines) replayLine(ctx, line);
  for (const task of ctx.tasks.all()) if (task.status === 'processing') prepareOutputs(ctx, task);
}

function replayLine(ctx: SimulatorContext, line: JournalLine): void {
  switch (line.type) {
    case 'secret':
      return;
    case 'key':
      ctx.keys.configure(line.keySha256, line.config);
      return;
    case 'seen':
      ctx.ledger.see(line.keySha256);
      return;
    case 'accepted':
      ctx.ledger.accept(line.entry);
      ctx.keys.byHash(line.entry.keySha256).used += line.credits;
      // JSON has no Infinity, so the directives are read from the prompt again.
      for (const task of line.tasks) ctx.tasks.add({ ...task, directives: readDirectives(task.prompt) });
      return;
    case 'foreign':
      ctx.tasks.add(line.task);
      return;
    case 'due': {
      const task = ctx.tasks.peek(line.id);
      if (task) task.dueAt = line.dueAt;
      return;
    }
    case 'settled': {
      const task = ctx.tasks.restore(line.id, line.error);
      if (task?.status === 'failed') ctx.keys.byHash(task.keySha256).used -= task.credits;
      return;
    }
  }
}
