import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

const folders = new Set<string>();
afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
});

/** The path of a state file that goes away with the test. */
export function stateFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  folders.add(folder);
  return join(folder, 'state.jsonl');
}
