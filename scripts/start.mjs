// @ts-check
// `npm start`: installs, builds and runs everything on this machine.
// Nothing newer than Node 12 may stand in this file or in node-version.mjs: old versions must be able to
// read them, so that their users get a sentence and not a stack trace.
import { isNodeRecent } from './lib/node-version.mjs';

if (isNodeRecent()) {
  import('./lib/start-main.mjs').then(({ main }) => main());
} else {
  process.exitCode = 1;
}
