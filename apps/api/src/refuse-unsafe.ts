import { judgeSafety, missingOf } from '@veogate/shared/domain/safety';
import type { SafetySettings } from '@veogate/shared/domain/safety/facts';

/** Why the service may not start: a sentence for each thing that its profile requires and that is missing. */
export function listUnsafe(settings: SafetySettings): string[] {
  return missingOf(judgeSafety(settings, {}, new Date())).map(
    ({ title, finding, mend }) =>
      `Profile "${settings.ACCESS_PROFILE}" requires: ${title}. ${finding} ${mend}`,
  );
}
