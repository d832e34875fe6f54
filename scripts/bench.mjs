// @ts-check
// `npm run bench -- read`: one of the measurements of bench/, with everything that it needs.
import { isNodeRecent } from './lib/node-version.mjs';

if (isNodeRecent()) {
  import('./lib/bench-main.mjs').then(({ main }) => main());
} else {
  process.exitCode = 1;
}
