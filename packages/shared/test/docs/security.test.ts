import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../../..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
const rows = [...page.matchAll(/^\| (\d+\.\d+\.\d+[^|]*) \| (.+) \| ([^|]+) \|$/gm)].map(
  ([, ids = '', how = '', tests = '']) => ({
    ids: ids.trim(),
    how: how.trim(),
    tests: tests.trim(),
  }),
);

/** How many requirements of levels 1 and 2 each section of ASVS 5.0 has; they are numbered from 1. */
const SECTIONS = {
  '1.1': 2,
  '1.2': 9,
  '1.3': 11,
  '1.4': 3,
  '1.5': 2,
  '2.1': 3,
  '2.2': 3,
  '2.3': 4,
  '2.4': 1,
  '3.2': 2,
  '3.3': 4,
  '3.4': 6,
  '3.5': 5,
  '3.7': 2,
  '4.1': 3,
  '4.2': 1,
  '4.3': 2,
  '4.4': 4,
  '5.1': 1,
  '5.2': 3,
  '5.3': 2,
  '5.4': 3,
  '6.1': 3,
  '6.2': 12,
  '6.3': 4,
  '6.4': 4,
  '6.5': 5,
  '6.6': 3,
  '6.8': 4,
  '7.1': 3,
  '7.2': 4,
  '7.3': 2,
  '7.4': 5,
  '7.5': 2,
  '7.6': 2,
  '8.1': 2,
  '8.2': 3,
  '8.3': 1,
  '8.4': 1,
  '9.1': 3,
  '9.2': 4,
  '10.1': 2,
  '10.2': 2,
  '10.3': 4,
  '10.4': 11,
  '10.5': 5,
  '10.6': 2,
  '10.7': 3,
  '11.1': 2,
  '11.2': 3,
  '11.3': 3,
  '11.4': 4,
  '11.5': 1,
  '11.6': 1,
  '12.1': 3,
  '12.2': 2,
  '12.3': 4,
  '13.1': 1,
  '13.2': 5,
  '13.3': 2,
  '13.4': 5,
  '14.1': 2,
  '14.2': 4,
  '14.3': 3,
  '15.1': 3,
  '15.2': 3,
  '15.3': 7,
  '16.1': 1,
  '16.2': 5,
  '16.3': 4,
  '16.4': 3,
  '16.5': 3,
  '17.1': 1,
  '17.2': 4,
  '17.3': 2,
};
const all = Object.entries(SECTIONS).flatMap(([section, count]) =>
  Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
);

it('the table of ASVS names every requirement of level 2, each once', () => {
  const named = rows.flatMap(({ ids }) => ids.split(', ').flatMap(toIds));
  expect(named.sort()).toEqual([...all].sort());
});

it('every test that the table names is there', () => {
  const named = rows.flatMap(({ tests }) => toFiles(tests));
  expect(named.length).toBeGreaterThan(50);
  expect([...new Set(named)].filter((file) => !existsSync(file))).toEqual([]);
});

it('says how each requirement is met', () => {
  expect(rows.filter(({ how }) => how.length < 10)).toEqual([]);
});

/** `1.2.6–1.2.8` as its three; across sections too, as `17.1.1–17.3.2`. */
function toIds(range: string): string[] {
  const [from = '', to = from] = range.split('–');
  return all.slice(all.indexOf(from), all.indexOf(to) + 1);
}

/** ``api `oauth`, `tls`; e2e `nginx` `` as files; commands are not looked for. */
function toFiles(tests: string): string[] {
  return tests.split(/; ?/).flatMap((part) => {
    const [, project = '', names = ''] = /^(api|e2e|shared) (.*)$/.exec(part) ?? [];
    return [...names.matchAll(/`([\w-]+)`/g)].map(([, name]) => toFile(project, `${name}.test.ts`));
  });
}

const FOLDERS = { api: 'apps/api/test', e2e: 'e2e/test', shared: 'packages/shared/test' };

function toFile(project: string, name: string): string {
  const folder = join(root, FOLDERS[project as keyof typeof FOLDERS]);
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
    (file) => basename(file) === name,
  );
  return join(folder, found ?? name);
}
