// @ts-check
import { createServer } from 'node:net';
import { codeOf, Problem } from './problem.mjs';

/** @returns {Promise<number>} a port of 127.0.0.1 that nothing listened on a moment ago */
export async function freePort() {
  const server = await listen(0, '127.0.0.1');
  const address = server.address();
  await close(server);
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

/**
 * Refuses, with a sentence, an address that the API could not listen on.
 * @param {number} port
 * @param {string} host
 */
export async function checkPort(port, host) {
  try {
    await close(await listen(port, host));
  } catch (error) {
    const other = `choose another one: PORT=${port < 65535 ? port + 1 : 8081} npm start`;
    const reasons = {
      EADDRINUSE: `Port ${port} on ${host} is in use by another program. Stop that program, or ${other}`,
      EACCES: `This user may not listen on port ${port}. Choose a port above 1023, for example: PORT=8080 npm start`,
      EADDRNOTAVAIL: `This machine has no address ${host}. Set HOST to one that it has, such as HOST=127.0.0.1.`,
      ENOTFOUND: `This machine has no address ${host}. Set HOST to one that it has, such as HOST=127.0.0.1.`,
    };
    const code = codeOf(error);
    if (code && code in reasons) throw new Problem(reasons[/** @type {keyof typeof reasons} */ (code)]);
    throw error;
  }
}

/** @param {number} port @param {string} host @returns {Promise<import('node:net').Server>} */
function listen(port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

/** @param {import('node:net').Server} server @returns {Promise<void>} */
function close(server) {
  return new Promise((resolve) => server.close(() => resolve()));
}
