import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Me, UpdateMe } from '@veogate/shared/contracts/account';
import { append } from '@veogate/shared/db/audit-repo';
import { spentInAll } from '@veogate/shared/db/balance-repo';
import { hasAdmin } from '@veogate/shared/db/claim-repo';
import type { Transaction } from '@veogate/shared/db/client';
import { findPersonalProjectId } from '@veogate/shared/db/project-repo';
import type { User } from '@veogate/shared/db/rows';
import { sumStored } from '@veogate/shared/db/storage-use-repo';
import { findTeamName } from '@veogate/shared/db/team-repo';
import { findUser, renameUser } from '@veogate/shared/db/user-repo';
import { toMoney } from '@veogate/shared/db/values';
import { AppError, invalidField } from '@veogate/shared/domain/errors';
import { fromParts } from '@veogate/shared/domain/money';
import { faultOfName, foldName } from '@veogate/shared/domain/team-name';
import { member } from '../../access.ts';
import type { Services } from '../../services.ts';
import { deletionRoutes } from './deletion-routes.ts';
import { exportRoutes } from './export-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { tokenRoutes } from './token-routes.ts';

/** `/v1/me` and what belongs to it. */
export function accountRoutes(services: Services): FastifyPluginAsyncTypebox {
  const { db, config, limits } = services;

  async function show(tx: Transaction, userId: string): Promise<Me> {
    const user = await findUser(tx, userId);
    if (!user) throw new AppError('unauthenticated');
    return {
      id: user.id,
      display_name: user.displayName,
      role: user.role,
      state: user.state,
      suspension:
        user.state === 'suspended'
          ? { reason: user.suspendedReason ?? '', until: user.suspendedUntil?.toISOString() ?? null }
          : null,
      personal_project_id: await findPersonalProjectId(tx, userId),
      terms_due: config.TERMS_VERSION !== undefined && user.termsVersion !== config.TERMS_VERSION,
      captcha_due: config.CAPTCHA !== 'off' && user.captchaDue,
      can_claim_admin: config.CLAIM_CODE !== undefined && !(await hasAdmin(tx)),
      allowance: await toAllowance(tx, user),
      storage: { used_bytes: await sumStored(tx, userId), limit_bytes: limits.storageBytes },
      created_at: user.createdAt.toISOString(),
    };
  }

  return async (app) => {
    await app.register(sessionRoutes(services));
    await app.register(tokenRoutes(services));
    await app.register(exportRoutes(services));
    await app.register(deletionRoutes(services));

    const tags = ['account'];
    app.get(
      '/v1/me',
      {
        schema: { tags, summary: 'Who is signed in', response: { 200: Me } },
        config: { access: member('account:read', 'any') },
      },
      ({ caller }) => show(db, caller.userId),
    );

    app.patch(
      '/v1/me',
      {
        schema: { tags, summary: 'Change your display name', body: UpdateMe, response: { 200: Me } },
        config: { access: member() },
      },
      ({ caller, body }) =>
        db.$transaction(async (tx) => {
          const fault = await faultOfNewName(tx, caller.userId, body.display_name);
          if (fault) throw invalidField('display_name', `display_name ${fault}`);
          await renameUser(tx, caller.userId, body.display_name.trim());
          await append(tx, {
            action: 'account.renamed',
            actorId: caller.userId,
            subject: 'user',
            subjectId: caller.userId,
          });
          return show(tx, caller.userId);
        }),
    );
  };
}

/** Why somebody cannot call themselves so; null where they can. Nobody takes a name that another signs in by. */
async function faultOfNewName(tx: Transaction, userId: string, name: string): Promise<string | null> {
  const fault = faultOfName(name);
  if (fault) return fault;
  const owner = await findTeamName(tx, foldName(name));
  return owner && owner.userId !== userId ? 'belongs to somebody else.' : null;
}

/** What an invited guest may spend in all, and has. */
async function toAllowance(tx: Transaction, user: User): Promise<Me['allowance']> {
  const limit = toMoney(user.allowanceAmount, user.allowanceUnit);
  if (!limit) return null;
  const { unit } = limit;
  return { limit, spent: fromParts(await spentInAll(tx, { scope: 'user', scopeId: user.id, unit }), unit) };
}
