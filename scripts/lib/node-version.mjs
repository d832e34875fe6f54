// @ts-check
// Read by old versions of Node too: no imports, no new syntax.

/** As in package.json, engines. */
const MAJOR = 20;
const MINOR = 19;

/** Tells whether this Node is new enough; if not, it has already said so. */
export function isNodeRecent() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > MAJOR || (major === MAJOR && minor >= MINOR)) return true;
  console.error(
    `Veogate needs Node.js ${MAJOR}.${MINOR} or newer, and this is ${process.versions.node}. ` +
      'Install the current LTS version from https://nodejs.org and run the command again.',
  );
  return false;
}
