// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';

const SKIP = new Set(['node_modules', 'dist', 'generated', 'test', 'coverage']);
const SHARED_INPUTS = [
  'package.json',
  'pnpm-lock.yaml',
  'turbo.json',
  'tsconfig.base.json',
  'prisma',
  'scripts/bundle.mjs',
  'scripts/generate-client.mjs',
];

/** Changes with whatever `pnpm install` depends on. */
export function installFingerprint() {
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml'])
    hash.update(readFileSync(path.join(ROOT, file)));
  return hash.digest('hex');
}

/** Changes with the contents of every source file that a build reads. */
export function sourceFingerprint() {
  const hash = createHash('sha256').update(process.version);
  for (const entry of SHARED_INPUTS) addContents(hash, path.join(ROOT, entry));
  for (const folder of packageFolders()) addContents(hash, folder);
  return hash.digest('hex');
}

/** Changes when what was built is removed, or built again by something else; undefined when some of it is missing. */
export function outputFingerprint() {
  const hash = createHash('sha256');
  for (const folder of packageFolders()) {
    const dist = path.join(folder, 'dist');
    if (!existsSync(dist)) return undefined;
    for (const entry of readdirSync(dist).sort()) {
      const { mtimeMs, size } = statSync(path.join(dist, entry));
      hash.update(`${folder}/${entry} ${mtimeMs} ${size}\n`);
    }
  }
  return hash.digest('hex');
}

/** The folders that hold a package: those under apps/ and packages/, and the operator's commands. */
function packageFolders() {
  const groups = ['apps', 'packages'].flatMap((group) => {
    const folder = path.join(ROOT, group);
    return readdirSync(folder)
      .sort()
      .map((name) => path.join(folder, name))
      .filter((candidate) => existsSync(path.join(candidate, 'package.json')));
  });
  return [...groups, path.join(ROOT, 'ops')];
}

/** @param {import('node:crypto').Hash} hash @param {string} file */
function addContents(hash, file) {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) return;
  if (!stats.isDirectory()) {
    hash.update(`${path.relative(ROOT, file)} ${stats.size}\n`).update(readFileSync(file));
    return;
  }
  for (const name of readdirSync(file).sort()) {
    if (!SKIP.has(name) && !name.startsWith('.')) addContents(hash, path.join(file, name));
  }
}
