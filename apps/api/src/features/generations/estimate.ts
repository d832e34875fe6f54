import type { Estimate, EstimateRequest } from '@veogate/shared/contracts/generations';
import { measure } from '@veogate/shared/db/balance-repo';
import { findNames } from '@veogate/shared/db/budget-repo';
import { findKey } from '@veogate/shared/db/key-repo';
import { findPersonalProjectId, findProjectRole } from '@veogate/shared/db/project-repo';
import { readAccount } from '@veogate/shared/db/quota-repo';
import { type Bound, refusalOf } from '@veogate/shared/domain/budgets';
import { AppError } from '@veogate/shared/domain/errors';
import { listModels } from '@veogate/shared/domain/models';
import { priceOf } from '@veogate/shared/domain/pricing';
import { createBounds } from '../../bounds.ts';
import type { Caller } from '../../plugins/session.ts';
import { presentAhead } from '../../present/budget.ts';
import { presentLatency } from '../../present/generation.ts';
import type { Services } from '../../services.ts';
import { checkAgainstModel } from './plan.ts';

/** What something would cost, and whether the budgets that apply have that left. */
export function createEstimator({ db, config, latencies }: Pick<Services, 'db' | 'config' | 'latencies'>) {
  const models = listModels({ demo: config.SIMULATOR_URL !== undefined });
  const boundsOf = createBounds({ config });

  async function boundsFor(caller: Caller, request: EstimateRequest): Promise<Bound[]> {
    const { userId } = caller;
    const projectId = request.project_id ?? caller.projectId ?? (await findPersonalProjectId(db, userId));
    if (!(await findProjectRole(db, caller, projectId)))
      throw new AppError('not_found', 'There is no such project.');
    const key = request.key_id ? await findKey(db, userId, request.key_id) : null;
    if (request.key_id && !key) throw new AppError('not_found', 'There is no such key.');
    const account = await readAccount(db, userId, caller.token?.id ?? null);
    const teamKeyIds = key?.scope === 'team' ? [key.id] : [];
    return boundsOf(db, { ...account, userId, projectIds: [projectId], teamKeyIds });
  }

  return async (caller: Caller, request: EstimateRequest): Promise<Estimate> => {
    const model = checkAgainstModel(models, request);
    const price = priceOf(model, request.count ?? 1);
    const now = new Date();
    const applying = await boundsFor(caller, request);
    // What is simulated costs nothing.
    const bounds = model.provider === 'demo' ? [] : applying;
    const standings = await measure(db, bounds, now);
    const reason = refusalOf(standings, price, now);
    const names = await findNames(
      db,
      standings.map(({ scopeId }) => scopeId),
    );
    const inUnit = standings.filter(({ unit }) => unit === price?.unit);
    return {
      price,
      allowed: reason === null,
      reason,
      budgets: inUnit.map((standing) => presentAhead(standing, names, price)),
      ...presentLatency(await latencies.of(model.id)),
    };
  };
}
