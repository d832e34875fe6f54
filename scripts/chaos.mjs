// @ts-check
// `npm run chaos`: lets everything fail while generations flow, and shows that nothing is lost or billed twice.
import { isNodeRecent } from './lib/node-version.mjs';

if (isNodeRecent()) {
  import('./lib/chaos-main.mjs').then(({ main }) => main());
} else {
  process.exitCode = 1;
}
