import type { Pace } from '@veogate/shared/db/operation-repo';
import { pollSpacing } from '@veogate/shared/domain/polling';
import type { Services } from './services.ts';

/** How often a provider lets a key's work be looked at. */
export function paceOf({ providers }: Pick<Services, 'providers'>, provider: string): Pace {
  return { spacingMs: pollSpacing(providers.get(provider).requestsPerMinute) };
}
