// @ts-check
// `npm test`: sets up what the tests need on a fresh machine, and runs all of them.
import { isNodeRecent } from './lib/node-version.mjs';

if (isNodeRecent()) {
  import('./lib/test-main.mjs').then(({ main }) => main());
} else {
  process.exitCode = 1;
}
