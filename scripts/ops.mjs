// @ts-check
// `npm run ops -- <command>`: what an operator does, such as `doctor`, `setup` and `user suspend`.
import { isNodeRecent } from './lib/node-version.mjs';

if (isNodeRecent()) {
  import('./lib/ops-main.mjs').then(({ main }) => main());
} else {
  process.exitCode = 1;
}
