import type { Server, Socket } from 'node:net';
import { isIn } from '@veogate/shared/config/networks';
import { toNetwork } from '@veogate/shared/domain/network';
import type { Services } from './services.ts';

type Needs = Pick<Services, 'config' | 'networks'>;

/**
 * Bounds the connections of everybody together, and of one network. A proxy that is trusted brings those of many, and
 * bounds them itself.
 *
 * @param server not listening yet
 */
export function boundConnections(server: Server, { config, networks }: Needs): void {
  server.maxConnections = config.MAX_CONNECTIONS;
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket;
    // Gone already.
    if (remoteAddress === undefined) return;
    if (isIn(networks.TRUSTED_PROXIES, remoteAddress)) return;
    const network = toNetwork(remoteAddress);
    const count = (open.get(network) ?? 0) + 1;
    if (count > config.MAX_CONNECTIONS_PER_ADDRESS) {
      socket.destroy();
      return;
    }
    open.set(network, count);
    socket.once('close', () => {
      const left = (open.get(network) ?? 1) - 1;
      if (left > 0) open.set(network, left);
      else open.delete(network);
    });
  });
}
