import type { CreatedToken, CreateToken, Token } from '@veogate/shared/contracts/account';
import { append } from '@veogate/shared/db/audit-repo';
import { spentInAll } from '@veogate/shared/db/balance-repo';
import type { Transaction } from '@veogate/shared/db/client';
import { holdUnlocked } from '@veogate/shared/db/mode-repo';
import { findProjectRole } from '@veogate/shared/db/project-repo';
import type { AccessToken } from '@veogate/shared/db/rows';
import {
  countLiveTokens,
  insertToken,
  listTokens,
  newTokenSecret,
  revokeToken,
} from '@veogate/shared/db/token-repo';
import { toMoney } from '@veogate/shared/db/values';
import { AppError } from '@veogate/shared/domain/errors';
import { fromParts } from '@veogate/shared/domain/money';
import type { Scope } from '@veogate/shared/domain/scopes';
import { checkFresh } from '../../access.ts';
import type { Caller } from '../../plugins/session.ts';
import type { Services } from '../../services.ts';

const DEFAULT_DAYS = 90;
/** More than anybody has programs; who needs another revokes one. */
const MAX_LIVE = 50;

type Needs = Pick<Services, 'db' | 'events'>;

/** What a person may do with the access tokens of their account. */
export function createTokenService({ db, events }: Needs) {
  return {
    async list(userId: string): Promise<Token[]> {
      const rows = await listTokens(db, userId);
      return Promise.all(rows.map((row) => present(db, row)));
    },

    async create(caller: Caller, wanted: CreateToken): Promise<CreatedToken> {
      checkFresh(caller);
      checkScopes(caller, wanted.scopes);
      const { userId } = caller;
      const { secret, ...kept } = newTokenSecret();
      const { name, scopes, expires_in_days: days = DEFAULT_DAYS, project_id: projectId = null } = wanted;
      return db.$transaction(async (tx) => {
        await holdUnlocked(tx);
        if ((await countLiveTokens(tx, userId)) >= MAX_LIVE)
          throw new AppError('wrong_state', `You have ${MAX_LIVE} tokens. Revoke one that is not needed.`);
        if (projectId && !(await findProjectRole(tx, caller, projectId)))
          throw new AppError('not_found', 'There is no such project.');
        const row = await insertToken(tx, {
          ...kept,
          userId,
          name: name.trim(),
          scopes,
          expiresAt: new Date(Date.now() + days * 86_400_000),
          projectId,
          spendCap: wanted.spend_cap ?? null,
          generationLimit: wanted.generation_limit ?? null,
        });
        await append(tx, {
          action: 'token.created',
          actorId: userId,
          subject: 'token',
          subjectId: row.id,
          detail: { scopes: scopes.join(' '), days, project: projectId },
        });
        return { token: await present(tx, row), secret };
      });
    },

    /** Holds at the token's next request; its open streams end at once. */
    async revoke(userId: string, id: string): Promise<void> {
      await db.$transaction(async (tx) => {
        if (!(await revokeToken(tx, userId, id))) throw new AppError('not_found', 'There is no such token.');
        await append(tx, { action: 'token.revoked', actorId: userId, subject: 'token', subjectId: id });
      });
      events.accountChanged(userId);
    },
  };
}

/** Nobody hands on what they do not have; what they lose later, their tokens lose with them. */
function checkScopes({ role }: Caller, scopes: readonly Scope[]): void {
  if (scopes.includes('admin:write') && role !== 'admin')
    throw new AppError('role_missing', 'The scope admin:write needs the role admin.');
  if (scopes.includes('admin:read') && role === 'member')
    throw new AppError('role_missing', 'The scope admin:read needs the role auditor.');
}

async function present(db: Transaction, row: AccessToken): Promise<Token> {
  const limit = toMoney(row.spendCapAmount, row.spendCapUnit);
  return {
    id: row.id,
    name: row.name,
    // Checked against these when it was made.
    scopes: row.scopes as Scope[],
    hint: row.hint,
    project_id: row.projectId,
    spend_cap: limit && {
      limit,
      spent: fromParts(
        await spentInAll(db, { scope: 'token', scopeId: row.id, unit: limit.unit }),
        limit.unit,
      ),
    },
    generation_limit: row.generationLimit,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
    last_used_address: row.lastUsedAddress,
  };
}
