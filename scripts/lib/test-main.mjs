// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from './paths.mjs';
import { Problem, printProblem } from './problem.mjs';
import { startRedis } from './redis.mjs';
import { ensureReady, toolEnv } from './setup.mjs';
import { findTestPrograms } from './test-programs.mjs';

/**
 * Sets up and runs the tests. Ends the process.
 * @param {{ args?: string[], env?: NodeJS.ProcessEnv }} [options] `args` go to vitest, `env` to the tests
 */
export async function main({ args = process.argv.slice(2), env = {} } = {}) {
  // Ctrl-C reaches vitest too; this process waits for it, to take its own things down.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
  const folder = mkdtempSync(path.join(tmpdir(), 'veogate-report-'));
  /** @type {Awaited<ReturnType<typeof startRedis>> | undefined} */
  let redis;
  let isGood = false;
  try {
    await ensureReady();
    const programs = await findTestPrograms();
    for (const sentence of programs.missing) console.log(sentence);
    if (programs.missing.length > 0 && process.env['CI'] === 'true') {
      throw new Problem('With CI=true every part must run, so no test was started.');
    }
    if (programs.redis) redis = await startRedis(programs.redis);
    isGood = await runVitest(path.join(folder, 'report.json'), args, {
      ...env,
      ...(redis && { TEST_REDIS_URL: redis.url }),
      ...(programs.chromium && { TEST_CHROMIUM: programs.chromium }),
      ...(programs.nginx && { TEST_NGINX: programs.nginx }),
      ...(programs.iproute && { TEST_IP: programs.iproute }),
    });
  } catch (error) {
    printProblem(error);
  }
  await redis?.stop();
  rmSync(folder, { recursive: true, force: true });
  process.exit(isGood ? 0 : 1);
}

/** @param {string} report @param {string[]} args @param {NodeJS.ProcessEnv} env */
async function runVitest(report, args, env) {
  const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
    cwd: ROOT,
    env: { ...toolEnv(), ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (!existsSync(report)) {
    console.error('\nThe tests ended without a report.');
    return false;
  }
  const { passed, failed, skipped } = count(JSON.parse(readFileSync(report, 'utf8')));
  if (passed + failed === 0) console.error('\nNo test ran.');
  else if (code !== 0 && failed === 0)
    console.error('\nEvery test passed, but there was an error outside of them: see above.');
  console.log(`\ntests: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  return code === 0 && failed === 0 && passed > 0;
}

/** @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: { status: string, assertionResults: { status: string }[] }[] }} report */
function count(report) {
  // A file that cannot be loaded holds no test that could fail.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
