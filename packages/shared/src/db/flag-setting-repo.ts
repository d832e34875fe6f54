import {
  describeRule,
  type FlagAction,
  type FlagRuleId,
  flagActions,
  flagRuleIds,
  thresholdsOf,
} from '../domain/red-flags.ts';
import type { Transaction } from './client.ts';
import type { FlagSetting } from './generated/client.ts';

/** How a rule stands: as it comes, less what an administrator set. */
export interface FlagStanding {
  rule: FlagRuleId;
  enabled: boolean;
  thresholds: Record<string, number>;
  action: FlagAction;
  /** Whether anything was set. */
  isSet: boolean;
}

export async function listFlagStandings(db: Transaction): Promise<FlagStanding[]> {
  const rows = await db.flagSetting.findMany();
  return flagRuleIds.map((rule) =>
    toStanding(
      rule,
      rows.find((row) => row.rule === rule),
    ),
  );
}

export async function findFlagStanding(db: Transaction, rule: FlagRuleId): Promise<FlagStanding> {
  return toStanding(rule, (await db.flagSetting.findUnique({ where: { rule } })) ?? undefined);
}

export interface FlagChange {
  enabled?: boolean;
  /** Null: the usual one again. */
  thresholds?: Readonly<Record<string, number | null>>;
  action?: FlagAction;
}

/** Sets some of it; the rest stays as it is. */
export async function setFlag(tx: Transaction, rule: FlagRuleId, change: FlagChange): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('veogate flag settings'))`;
  const before = await tx.flagSetting.findUnique({ where: { rule } });
  const merged = Object.entries({ ...readNumbers(before), ...change.thresholds });
  const thresholds = Object.fromEntries(merged.filter(([, value]) => value !== null)) as Record<
    string,
    number
  >;
  const { enabled = before?.enabled ?? true, action = before?.action ?? null } = change;
  const data = { enabled, action, thresholds, setAt: new Date() };
  await tx.flagSetting.upsert({ where: { rule }, create: { rule, ...data }, update: data });
}

function toStanding(rule: FlagRuleId, row: FlagSetting | undefined): FlagStanding {
  const { actions } = describeRule(rule);
  const action = flagActions.find((name) => name === row?.action) ?? 'none';
  return {
    rule,
    enabled: row?.enabled ?? true,
    thresholds: thresholdsOf(rule, readNumbers(row)),
    // What a later version no longer offers is not done.
    action: actions.includes(action) ? action : 'none',
    isSet: row !== undefined,
  };
}

function readNumbers(row: FlagSetting | null | undefined): Record<string, number> {
  // Written by `setFlag` alone.
  return (row?.thresholds ?? {}) as Record<string, number>;
}
