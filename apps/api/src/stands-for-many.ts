import { isIn } from '@veogate/shared/config/networks';
import { isLoopback } from '@veogate/shared/domain/loopback';
import type { Services } from './services.ts';

/** Whether whoever is behind an address did not all do what came from it: a proxy, or this machine itself. */
export function standsForMany({ networks }: Pick<Services, 'networks'>, address: string): boolean {
  return isLoopback(address) || isIn(networks.TRUSTED_PROXIES, address);
}
