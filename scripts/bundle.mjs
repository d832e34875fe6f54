// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** These bring programs or pages of their own, and are loaded from where they are installed. */
const LEFT_OUT = /^(sharp|@node-rs\/argon2|@fastify\/swagger-ui)$/;

/**
 * What a service is built with: one file of all of its code instead of two thousand small ones, which a process takes
 * three times as long to load. Each app names its entries in its rolldown.config.mjs.
 *
 * @param {Record<string, string>} input the entries by the names that they get in dist/
 */
export function bundleOf(input) {
  return {
    input,
    platform: 'node',
    external: ['pg-native'],
    resolve: { conditionNames: ['source', 'node'] },
    plugins: [leaveOut, forgetForeignLines, listPackages],
    output: {
      dir: 'dist',
      format: 'esm',
      entryFileNames: '[name].js',
      cleanDir: true,
      sourcemap: true,
      sourcemapExcludeSources: true,
    },
  };
}

const leaveOut = {
  name: 'leave-out',
  /**
   * @this {{ resolve(id: string, importer: string, options: object): Promise<{ id: string } | null> }}
   * @param {string} id @param {string | undefined} importer
   */
  async resolveId(id, importer) {
    if (!importer || !LEFT_OUT.test(id)) return null;
    const found = await this.resolve(id, importer, { skipSelf: true });
    if (!found) throw new Error(`${id} is not installed for ${importer}.`);
    // By the link in the package that asks for it: the store behind it is named differently on each machine.
    const inside = found.id.slice(found.id.lastIndexOf(`/node_modules/${id}/`));
    return { id: path.join(packageOf(importer), inside), external: 'relative' };
  },
};

/** The first lines of a file, each mapped to itself: what comes further down is shown as of the last of them. */
const FIRST_LINES = `AAAA${';AACA'.repeat(40)}`;

/** Errors are shown by the lines of our own sources; of packages by the file, since their lines are most of a map. */
const forgetForeignLines = {
  name: 'forget-foreign-lines',
  transform: {
    filter: { id: /\/node_modules\// },
    /** @param {string} code @param {string} id */
    handler: (code, id) => ({ code, map: { version: 3, sources: [id], names: [], mappings: FIRST_LINES } }),
  },
};

/** Writes down which packages a program is built of, by name and version, so that it can ask for advisories about them. */
const listPackages = {
  name: 'list-packages',
  /** @this {{ getModuleIds(): Iterable<string>, emitFile(file: object): string }} */
  generateBundle() {
    /** @type {Map<string, Set<string>>} */
    const packages = new Map();
    const folders = [...this.getModuleIds()]
      .filter((id) => id.includes('/node_modules/'))
      .map(namedPackageOf);
    for (const folder of new Set(folders)) {
      const { name, version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
      packages.set(name, (packages.get(name) ?? new Set()).add(version));
    }
    const list = [...packages].sort(([one], [other]) => (one < other ? -1 : 1));
    const source = JSON.stringify(Object.fromEntries(list.map(([name, versions]) => [name, [...versions]])));
    this.emitFile({ type: 'asset', fileName: 'packages.json', source });
  },
};

/** Packages have package.json files inside that only say how modules are written; theirs has a version. @param {string} file */
function namedPackageOf(file) {
  const [before, inside = ''] = file.replace(/[?#].*$/, '').split(/\/node_modules\/(?!.*\/node_modules\/)/);
  const name = inside.split('/').slice(0, inside.startsWith('@') ? 2 : 1);
  return path.join(before ?? '', 'node_modules', ...name);
}

/** @param {string} file @returns {string} the folder of the package that it belongs to */
function packageOf(file) {
  const folder = path.dirname(file);
  return existsSync(path.join(folder, 'package.json')) ? folder : packageOf(folder);
}
