import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyConfig } from './keys.ts';
import type { LedgerEntry } from './ledger.ts';
import type { TaskRecord } from './tasks.ts';

/** One line of the state file. Replaying the lines in order gives the state back. */
export type JournalLine =
  | { type: 'secret'; secret: string }
  | { type: 'key'; keySha256: string; config: KeyConfig }
  | { type: 'seen'; keySha256: string }
  | { type: 'accepted'; entry: LedgerEntry; tasks: TaskRecord[]; credits: number }
  | { type: 'foreign'; task: TaskRecord }
  | { type: 'due'; id: string; dueAt: number }
  | { type: 'settled'; id: string; error: string | null };

export interface Journal {
  /** What the file held when it was opened. */
  readonly lines: readonly JournalLine[];
  append(line: JournalLine): void;
  saveImage(sha: string, data: Uint8Array): void;
  readImage(sha: string): Buffer | undefined;
  close(): void;
}

/** Without a file, a journal keeps images in memory and forgets the rest. */
export function createMemoryJournal(): Journal {
  const images = new Map<string, Buffer>();
  return {
    lines: [],
    append: () => undefined,
    saveImage: (sha, data) => images.set(sha, Buffer.from(data)),
    readImage: (sha) => images.get(sha),
    close: () => images.clear(),
  };
}

/**
 * Opens the state file at `path`, made where it is missing. Images lie beside it in `<path>.images`. A line is with
 * the operating system before `append` returns, so it outlives a killed process.
 */
export function openJournal(path: string): Journal {
  const folder = `${path}.images`;
  mkdirSync(folder, { recursive: true });
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const file = openSync(path, 'a');
  let open = true;
  // A process that was killed while it wrote leaves half a line: the next line must not be glued to it.
  if (text !== '' && !text.endsWith('\n')) writeSync(file, '\n');
  return {
    lines: text.split('\n').flatMap(parseLine),
    append: (line) => {
      // A closed simulator may still be looked at, which may settle a task; the next start settles it again.
      if (open) writeSync(file, `${JSON.stringify(line)}\n`);
    },
    saveImage: (sha, data) => {
      const target = join(folder, sha);
      if (existsSync(target)) return;
      const image = openSync(target, 'w');
      writeSync(image, data);
      closeSync(image);
    },
    readImage: (sha) => (existsSync(join(folder, sha)) ? readFileSync(join(folder, sha)) : undefined),
    close: () => {
      open = false;
      closeSync(file);
    },
  };
}

function parseLine(line: string): JournalLine[] {
  if (line === '') return [];
  try {
    return [JSON.parse(line) as JournalLine];
  } catch {
    return [];
  }
}
