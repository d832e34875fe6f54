import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FAULT_NAMES, FAULTS } from '../src/index.ts';

it('the README lists every fault in the words of the table', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const section = /<!-- faults -->([\s\S]*)<!-- \/faults -->/.exec(readme)?.[1] ?? '';
  const listed = section.split('\n').filter((line) => line.startsWith('| `'));
  const rows = FAULT_NAMES.map((name) => `| \`${name}\` | ${FAULTS[name].stage} | ${FAULTS[name].about} |`);
  expect(listed.map((line) => line.replace(/ +/g, ' '))).toEqual(rows);
});
