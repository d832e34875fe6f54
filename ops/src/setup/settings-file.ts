import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { Problem } from '../command.ts';
import { createPrivate, replacePrivate } from '../private-file.ts';

export type Variables = Readonly<Record<string, string>>;

/** The settings that stand in a file; none where it is missing. */
export async function readSettingsFile(file: string): Promise<Variables> {
  const text = await readText(file);
  const entries = Object.entries(parseEnv(text ?? ''));
  return Object.fromEntries(entries.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/** Their values, also of those that stand in files of their own. */
export async function resolveFiles(variables: Variables): Promise<Variables> {
  const resolved: Record<string, string> = { ...variables };
  for (const [name, file] of Object.entries(variables)) {
    const plain = name.replace(/_FILE$/, '');
    if (plain === name || /^(TLS|TERMS)/.test(name)) continue;
    const content = await readText(file);
    if (content !== undefined) resolved[plain] ??= content.trim();
  }
  return resolved;
}

/**
 * Puts settings in the place of those that stood in the file, for its owner's eyes alone.
 *
 * @param kept what was set before and stays
 * @returns where the old settings stand now, if there were any
 */
export async function writeSettingsFile(
  file: string,
  settings: Variables,
  kept: Variables,
): Promise<string | undefined> {
  const now = new Date();
  const content = [
    `# Written by "npm run ops -- setup" on ${now.toISOString().slice(0, 10)}. .env.example explains every setting.`,
    ...toLines(settings),
    ...(Object.keys(kept).length > 0 ? ['', '# As before', ...toLines(kept)] : []),
    '',
  ].join('\n');
  const old = await readText(file);
  const backup = `${file}.${now.toISOString().replace(/\D/g, '').slice(0, 17)}.bak`;
  if (old !== undefined) await createPrivate(backup, old);
  await replacePrivate(file, content);
  return old === undefined ? undefined : backup;
}

const toLines = (variables: Variables) => Object.entries(variables).map(toLine);

/** In quotes wherever what reads it might take a part of it for something else. */
function toLine([name, value]: [string, string]): string {
  const line = ['', "'", '"', '`']
    .map((quote) => `${name}=${quote}${value}${quote}`)
    .find((written) => parseEnv(written)[name] === value && !/[\r\n]/.test(value));
  if (line) return line;
  throw new Problem(
    `${name} cannot be written to a settings file: it holds a line break, or every kind of quote.`,
  );
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Problem(`The file ${file} cannot be read.`);
  }
}
