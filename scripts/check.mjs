// @ts-check
// `npm run check`: everything about the code that a machine can judge without running it.
import { isNodeRecent } from './lib/node-version.mjs';

if (isNodeRecent()) {
  import('./lib/check-main.mjs').then(({ main }) => main());
} else {
  process.exitCode = 1;
}
