import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ConfigError } from '@veogate/shared/config/config-error';
import { defaultTerms } from './default-terms.ts';

export interface ShownTerms {
  version: string;
  text: string;
  /** SHA-256 of the text. */
  textHash: Uint8Array<ArrayBuffer>;
}

/** The terms of service in force; null where there are none. Throws a ConfigError where their file cannot be read. */
export async function readTerms(settings: {
  TERMS_VERSION?: string | undefined;
  TERMS_FILE?: string | undefined;
}): Promise<ShownTerms | null> {
  const { TERMS_VERSION: version, TERMS_FILE: file } = settings;
  if (!version) return null;
  const text = file ? await readText(file) : defaultTerms;
  return { version, text, textHash: new Uint8Array(createHash('sha256').update(text).digest()) };
}

async function readText(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').then(
    (content) => content.trim(),
    () => '',
  );
  if (text) return text;
  throw new ConfigError([`TERMS_FILE: ${file} cannot be read, or holds no text.`]);
}
