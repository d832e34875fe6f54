// @ts-check
import { dataPaths, prepareDataDir } from './data-dir.mjs';
import { checkPort } from './ports.mjs';
import { Problem, printProblem } from './problem.mjs';
import { claimDataDir, refuseIfLive } from './run-file.mjs';
import { ignoreClosedOutput, say } from './say.mjs';
import { readSettings } from './settings.mjs';
import { ensureReady } from './setup.mjs';
import { startEverything } from './start-everything.mjs';
import { listenForStop } from './stop-request.mjs';
import { createSupervisor } from './supervisor.mjs';
import { toWelcome } from './welcome.mjs';

/** Runs Veogate on this machine until someone stops it. Ends the process. */
export async function main() {
  ignoreClosedOutput();
  let release = () => {};
  const stop = listenForStop({ onForce: () => release() });
  /** @type {(problem: Problem) => void} */
  let giveUp = () => {};
  const fatal = new Promise((_, /** @type {(problem: Problem) => void} */ reject) => {
    giveUp = reject;
  });
  fatal.catch(() => {}); // it may come before anyone waits for it
  const supervisor = createSupervisor({
    stopOrder: ['API', 'worker', 'simulator', 'database'],
    onGiveUp: giveUp,
  });
  let code = 0;
  try {
    const settings = readSettings();
    const paths = dataPaths(settings.dataDir);
    checkPlatform();
    prepareDataDir(paths);
    refuseIfLive(paths.runFile);
    await checkPort(settings.port, settings.host);
    release = claimDataDir(paths.runFile, settings.publicUrl);

    const work = async () => {
      await ensureReady({ signal: stop });
      // From here on, everything that is written is for this user only.
      process.umask(0o077);
      const started = await startEverything({ settings, paths, supervisor });
      if (stop.aborted) return;
      console.log(toWelcome(settings, paths, started));
      process.send?.({ event: 'ready', url: settings.probeUrl });
      await fatal;
    };
    await Promise.race([untilAborted(stop), work(), fatal]);
  } catch (error) {
    if (!stop.aborted) {
      printProblem(error);
      code = 1;
    }
  }
  code = Math.max(code, await end(supervisor));
  release();
  if (code === 0) say('Stopped.');
  process.exit(code);
}

/** @param {ReturnType<typeof createSupervisor>} supervisor @returns {Promise<number>} 1 when something could not be stopped */
async function end(supervisor) {
  try {
    await supervisor.stop();
    return 0;
  } catch (error) {
    printProblem(error);
    return 1;
  }
}

/** @param {AbortSignal} signal @returns {Promise<void>} */
function untilAborted(signal) {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function checkPlatform() {
  if (process.platform !== 'win32') return;
  throw new Problem(
    'Veogate runs on Linux and macOS. On Windows, run it in WSL: https://learn.microsoft.com/windows/wsl/install',
  );
}
