// @ts-check
import { chownSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ignoredBy, parseCopy, parseDockerfile, parseEnv } from './dockerfile.mjs';
import { Problem } from './problem.mjs';
import { runCommand } from './run-command.mjs';

/** Of this machine a step may see where programs, registries and packages that are here already are. */
const INHERITED =
  /^(PATH|HOME|TMPDIR|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|(npm_config_|pnpm_config_).*|.*_proxy)$/i;

/** @typedef {{ root: string, workdir: string, env: Record<string, string>, user: string }} Built */

/**
 * Performs the COPY, RUN, ENV, WORKDIR and USER of each stage, with a folder in the place of its file system. A base
 * image is an empty folder; its programs are those of this machine. So a RUN must not name absolute paths.
 *
 * @param {{ context: string, folder: string, say: (line: string) => void }} options
 * @returns {Promise<Built>} the last stage
 */
export async function buildStages({ context, folder, say }) {
  const stages = parseDockerfile(readFileSync(path.join(context, 'Dockerfile'), 'utf8'));
  const isIgnored = ignoredBy(readFileSync(path.join(context, '.dockerignore'), 'utf8'));
  /** @type {Map<string, Built>} */
  const built = new Map();
  /** @type {Built | undefined} */
  let stage;
  for (const { name, steps } of stages) {
    const current = { root: path.join(folder, name), workdir: '/', env: {}, user: 'root' };
    mkdirSync(current.root, { recursive: true, mode: 0o755 });
    for (const { instruction, args } of steps) {
      say(`${name}: ${instruction} ${args}`);
      await perform(current, instruction, args);
    }
    built.set(name, current);
    stage = current;
  }
  if (!stage) throw new Problem('The Dockerfile has no stage.');
  return stage;

  /** @param {Built} current @param {string} instruction @param {string} args */
  async function perform(current, instruction, args) {
    if (instruction === 'WORKDIR') {
      current.workdir = args;
      mkdirSync(within(current, '.'), { recursive: true });
    } else if (instruction === 'ENV') Object.assign(current.env, parseEnv(args));
    else if (instruction === 'USER') current.user = args;
    else if (instruction === 'COPY') copy(current, parseCopy(args));
    else if (instruction === 'RUN') await run(current, args);
    else if (!['EXPOSE', 'HEALTHCHECK', 'CMD'].includes(instruction))
      throw new Problem(`The Dockerfile has ${instruction}, which these steps do not know.`);
  }

  /** @param {Built} current @param {ReturnType<typeof parseCopy>} copied */
  function copy(current, { from, chown, sources, to }) {
    const origin = from === undefined ? undefined : built.get(from);
    if (from !== undefined && !origin) throw new Problem(`There is no stage "${from}" to copy from.`);
    for (const source of sources) {
      const file = origin ? within(origin, source) : path.join(context, source);
      const isFolder = statSync(file).isDirectory();
      const into = within(current, to);
      const target =
        !isFolder && (to.endsWith('/') || sources.length > 1) ? path.join(into, path.basename(file)) : into;
      const isWanted = (/** @type {string} */ each) =>
        origin !== undefined || !isIgnored(path.relative(context, each).split(path.sep).join('/'));
      if (!isWanted(file)) throw new Problem(`${source} is copied, but .dockerignore keeps it out.`);
      cpSync(file, target, { recursive: true, verbatimSymlinks: true, filter: isWanted });
      if (chown && process.getuid?.() === 0) own(target, chown);
    }
  }
}

/** Where a path of the image lies on this machine. @param {Built} stage @param {string} name */
function within({ root, workdir }, name) {
  return path.join(root, path.resolve(workdir, name));
}

/** @param {Built} stage @param {string} command */
async function run(stage, command) {
  const inherited = Object.entries(process.env).filter(([name]) => INHERITED.test(name));
  const { code, tail } = await runCommand('/bin/sh', ['-c', command], {
    cwd: within(stage, '.'),
    env: { ...Object.fromEntries(inherited), ...stage.env },
  });
  if (code !== 0) throw new Problem(`RUN ${command} ended with ${code}.`, { details: tail });
}

/** @param {string} target @param {string} owner `uid:gid` */
function own(target, owner) {
  const [uid = 0, gid = 0] = owner.split(':').map(Number);
  chownSync(target, uid, gid);
  if (!statSync(target).isDirectory()) return;
  for (const entry of readdirSync(target)) own(path.join(target, entry), owner);
}
