import type { AdminGeneration } from '@veogate/shared/contracts/admin-generations';
import type { AdminGenerationRow } from '@veogate/shared/db/generation-admin-repo';
import { toView } from '@veogate/shared/db/generation-view';
import type { Services } from '../services.ts';
import { createGenerationPresenter } from './generation.ts';

/** Shows anybody's generations, with whose they are. */
export function createAdminPresenter(services: Services) {
  const presentEach = createGenerationPresenter(services);

  return async (rows: readonly AdminGenerationRow[]): Promise<AdminGeneration[]> => {
    const shown = await presentEach(rows.map(toView));
    return shown.map((generation, index) => {
      // As many as there are rows, in their order.
      const { user } = rows[index] as AdminGenerationRow;
      return { ...generation, user: { id: user.id, name: user.displayName } };
    });
  };
}
