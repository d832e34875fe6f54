import { open } from 'node:fs/promises';

/** Writes a file that only its owner can read, and that must not exist. */
export async function createPrivate(file: string, content: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
