// @ts-check
// `npm run screenshots`: a picture of every page and state, wide and narrow, light and dark, in docs/screenshots.
import path from 'node:path';
import { isNodeRecent } from './lib/node-version.mjs';
import { ROOT } from './lib/paths.mjs';

if (isNodeRecent()) {
  // The pictures are taken on the way of the tests that look at every page.
  const looks = [
    'page-looks',
    'page-access-looks',
    'page-webhooks',
    'page-budgets',
    'page-watching',
    'password-profile',
  ];
  const args = looks.map((name) => `e2e/test/${name}.test.ts`);
  const env = { SCREENSHOTS_DIR: path.join(ROOT, 'docs/screenshots') };
  import('./lib/test-main.mjs').then(({ main }) => main({ args, env }));
} else {
  process.exitCode = 1;
}
