import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

/** Where the development server finds a running Veogate. */
const API = process.env['VEOGATE_URL'] ?? 'http://localhost:8080';

export default defineConfig({
  plugins: [react(), compressed()],
  // Contracts and domain come from their source, so that only what is used is shipped.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    // The policy of the pages allows no data: styles or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // The service answers pages of its own origin alone: it must see the one that the browser sees.
  server: { proxy: { '^/(v1|auth|docs)/': { target: API, changeOrigin: false } } },
});

/** Writes a .br and a .gz beside every file that gets smaller by it; the API sends them as they are. */
function compressed(): Plugin {
  const compressible = /\.(html|js|css|svg|json|webmanifest)$/;
  let folder = '';
  return {
    name: 'veogate-compressed',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const files = await readdir(folder, { recursive: true });
      await Promise.all(
        files
          .filter((file) => compressible.test(file))
          .map(async (file) => {
            const path = join(folder, file);
            const content = await readFile(path);
            const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
            await writeFile(`${path}.br`, await promisify(brotliCompress)(content, { params }));
            await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
          }),
      );
    },
  };
}
