import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { queueBackends } from '../../test/support/queue-backends.ts';

const root = join(import.meta.dirname, '../..');

describe.each(queueBackends())('the fault harness, with the queue on $name', ({ name }) => {
  it('kills workers and all that they need, and finds nothing lost and nothing submitted twice', async () => {
    const args = ['--seed', '20261125', '--kills', '3', '--backend', name];
    const child = spawn(process.execPath, [join(root, 'scripts/chaos.mjs'), ...args], { cwd: root });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        output += text.toString();
      });
    const [code] = await once(child, 'exit');
    expect(output).toContain('Nothing was lost, and nothing was submitted twice.');
    expect(code).toBe(0);
  }, 400_000);
});
