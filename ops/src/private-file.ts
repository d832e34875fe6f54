import { open, rename, rm } from 'node:fs/promises';

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

/** Replaces a file, or makes it, readable by its owner only. A crash leaves the old one or the new one, never a part. */
export async function replacePrivate(file: string, content: string): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  await rm(draft, { force: true });
  await createPrivate(draft, content);
  await rename(draft, file);
}
