import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

export const PAGE = '<!doctype html><title>Veogate</title><div id="root"></div>';
export const SCRIPT = 'console.log("a paper boat");'.repeat(20);
/** Lies beside the web app's folder, where nobody may get. */
export const SECRET = 'vgo_this-is-nobodys-business';

const FILES: Readonly<Record<string, string>> = {
  'index.html': PAGE,
  'favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'scheme.js': '// light or dark',
  'site.webmanifest': '{"name":"Veogate"}',
  'assets/index-Bx3_kQ9a.js': SCRIPT,
  'assets/index-C0ffee12.css': ':root{color-scheme:light dark}',
};
/** Of these the build makes no smaller version. */
const PLAIN: Readonly<Record<string, string>> = {
  'assets/instrument-sans-latin-wght-normal-Dk1tZ0.woff2': 'wOF2',
  'assets/.hidden-Dk1tZ0.js': SECRET,
  '.env': SECRET,
  'notes.txt': SECRET,
};

/** A built web app in a folder of its own, as small as can be. */
export async function buildTestWebApp() {
  const folder = await mkdtemp(join(tmpdir(), 'veogate-web-'));
  const dir = join(folder, 'dist');
  await mkdir(join(dir, 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), SECRET);
  for (const [name, content] of Object.entries({ ...FILES, ...PLAIN }))
    await writeFile(join(dir, name), content);
  for (const [name, content] of Object.entries(FILES)) {
    await writeFile(join(dir, `${name}.br`), brotliCompressSync(content));
    await writeFile(join(dir, `${name}.gz`), gzipSync(content));
  }
  return { dir, remove: () => rm(folder, { recursive: true, force: true }) };
}
