// @ts-check
// `npm run demo -- "a paper boat in the rain"`: one video without a browser.
import { isNodeRecent } from './lib/node-version.mjs';

if (isNodeRecent()) {
  import('./lib/demo-main.mjs').then(({ main }) => main());
} else {
  process.exitCode = 1;
}
