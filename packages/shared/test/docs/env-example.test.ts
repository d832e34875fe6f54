import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { apiEnv, workerEnv } from '../../src/config/fragments.ts';

/** What the start scripts read for themselves. */
const OF_SCRIPTS = ['NO_SIMULATOR', 'SIMULATOR_LATENCY_MS', 'SIMULATOR_VIDEO_SIZE', 'VEOGATE_TOKEN'];

const text = readFileSync(join(import.meta.dirname, '../../../../.env.example'), 'utf8');
const lines = [...text.matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = '', value = '']) => ({
  name,
  value,
}));
const schemas: Record<string, object> = { ...apiEnv.properties, ...workerEnv.properties };

it('.env.example holds every setting once, and nothing else', () => {
  const names = lines.map(({ name }) => name).sort();
  expect(names).toEqual([...Object.keys(schemas), ...OF_SCRIPTS].sort());
});

it('.env.example sets nothing by itself, and shows the defaults', () => {
  expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  const shown = lines.filter(({ value }) => !value.startsWith('<')).map(({ name, value }) => [name, value]);
  const defaults = Object.entries(schemas).flatMap(([name, schema]) =>
    'default' in schema ? [[name, String(schema.default)]] : [],
  );
  expect(shown.sort()).toEqual(defaults.sort());
});
