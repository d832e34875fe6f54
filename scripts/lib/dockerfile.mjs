// @ts-check

/**
 * @typedef {object} Stage
 * @property {string} base
 * @property {string} name
 * @property {{ instruction: string, args: string }[]} steps
 */

/**
 * The stages of a Dockerfile, with comments dropped and continued lines joined.
 * @param {string} text
 * @returns {Stage[]}
 */
export function parseDockerfile(text) {
  /** @type {Stage[]} */
  const stages = [];
  const lines = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ');
  for (const line of lines.split('\n').filter((entry) => entry.trim() !== '')) {
    const [, instruction = '', args = ''] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
    if (instruction === 'FROM') {
      const [base = '', , name = String(stages.length)] = args.split(/\s+/);
      stages.push({ base, name, steps: [] });
    } else {
      stages.at(-1)?.steps.push({ instruction, args });
    }
  }
  return stages;
}

/**
 * `NAME=value OTHER="several words"`, as ENV takes it.
 * @param {string} args
 * @returns {Record<string, string>}
 */
export function parseEnv(args) {
  const found = args.matchAll(/(\w+)=(?:"([^"]*)"|(\S*))/g);
  return Object.fromEntries([...found].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']));
}

/**
 * `--from=stage --chown=1:1 a b into`, as COPY takes it.
 * @param {string} args
 */
export function parseCopy(args) {
  const words = args.split(/\s+/);
  const flag = (/** @type {string} */ name) =>
    words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  const paths = words.filter((word) => !word.startsWith('--'));
  return { from: flag('from'), chown: flag('chown'), sources: paths.slice(0, -1), to: paths.at(-1) ?? '' };
}

/**
 * Whether .dockerignore keeps a path of the context out. The last pattern that fits decides.
 * @param {string} text the file
 * @returns {(path: string) => boolean} takes paths with `/`, relative to the context
 */
export function ignoredBy(text) {
  const patterns = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), test: toRegExp(line.replace(/^!/, '')) }));
  return (path) => patterns.findLast(({ test }) => test.test(path))?.keeps === false;
}

/** A pattern fits whatever lies below it too. @param {string} pattern */
function toRegExp(pattern) {
  const source = pattern
    .replace(/[.+^$(){}|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*/g, (wild) => (wild === '*' ? '[^/]*' : '(?:.*/)?'));
  return new RegExp(`^${source}(?:/.*)?$`);
}
