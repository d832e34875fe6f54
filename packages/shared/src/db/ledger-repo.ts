import { uuidv7 } from 'uuidv7';
import { fromParts, type Money, toParts, type Unit } from '../domain/money.ts';
import { moveBalances } from './balance-repo.ts';
import type { Transaction } from './client.ts';
import { type LedgerEntry, type LedgerKind, Prisma } from './generated/client.ts';

/** Whom the price of a generation is counted for. */
export interface Account {
  id: string;
  userId: string;
  projectId: string;
  keyId: string;
  /** The key, where it is a team's. */
  teamKeyId: string | null;
  tokenId: string | null;
  provider: string;
  createdAt: Date;
}

/** A transaction takes no longer than this, clocks of several machines included. Milliseconds. */
const LONGEST_MS = 60_000;

/**
 * Holds the price of a generation, in the transaction that creates it. From then on until the end of the transaction
 * nobody else can begin or end anything that is counted for the same: call it last.
 */
export async function hold(tx: Transaction, account: Account, { amount, unit }: Money): Promise<void> {
  const { id: generationId, userId, projectId, keyId, teamKeyId, tokenId, provider, createdAt } = account;
  const day = createdAt.toISOString().slice(0, 10);
  const whose = { generationId, userId, projectId, keyId, teamKeyId, tokenId, provider };
  // Somebody may just be writing to the last row of the day before, which the same month counts.
  const isFirst = createdAt.getTime() - new Date(day).getTime() < LONGEST_MS;
  await write(tx, [{ ...whose, day, kind: 'hold', unit, held: amount, spent: '0' }], { dayBefore: isFirst });
}

/**
 * Settles a generation in the transaction that ends it: the hold is released and what it really cost is spent. A
 * second settlement, when the truth turns up later, writes the difference as a correction. Does nothing where
 * nothing was held. Exactly once, since the caller's `transition` holds the generation's row.
 *
 * @param delivered of `of` outputs, how many are billed
 */
export function settle(tx: Transaction, generationId: string, delivered: number, of: number): Promise<void> {
  return settleAll(tx, [generationId], delivered, of);
}

/** The same of several. One call for all of them: balances are locked in one order, so that nobody waits in a circle. */
export async function settleAll(
  tx: Transaction,
  generationIds: readonly string[],
  delivered: number,
  of: number,
): Promise<void> {
  const rows = await tx.ledgerEntry.findMany({ where: { generationId: { in: [...generationIds] } } });
  const entries = generationIds.flatMap((id) =>
    toSettlement(
      rows.filter(({ generationId }) => generationId === id),
      delivered,
      of,
    ),
  );
  if (entries.length > 0) await write(tx, entries);
}

/**
 * Takes generations that are being deleted with their account out of the ledger: what they cost stays counted for all,
 * for their project and for a team's key, but not any more for anybody.
 */
export async function forgetSpender(tx: Transaction, generationIds: readonly string[]): Promise<void> {
  const ids = [...generationIds];
  const back = Prisma.sql`
    select provider, unit, day, -held as held, -spent as spent, team_key_id, project_id, user_id, token_id
    from ledger_entries where generation_id = any(${ids}::uuid[])`;
  await moveBalances(tx, back, { scopes: ['user', 'token'] });
  await tx.$executeRaw`
    delete from balances b using ledger_entries l where l.generation_id = any(${ids}::uuid[])
      and b.held = 0 and b.spent = 0
      and ((b.scope = 'user' and b.scope_id = l.user_id) or (b.scope = 'token' and b.scope_id = l.token_id))`;
  const where = { generationId: { in: ids } };
  await tx.ledgerEntry.deleteMany({ where: { ...where, provider: 'demo' } });
  await tx.ledgerEntry.updateMany({ where, data: { generationId: null, userId: null, tokenId: null } });
}

interface Entry extends Omit<LedgerEntry, 'id' | 'day' | 'held' | 'spent' | 'createdAt'> {
  kind: LedgerKind;
  day: string;
  held: string;
  spent: string;
}

/** What is to be added to the entries of a generation; nothing where they are right as they are. */
function toSettlement(rows: readonly LedgerEntry[], delivered: number, of: number): Entry[] {
  const [first] = rows;
  if (!first) return [];
  const unit = first.unit as Unit;
  const sum = (pick: 'held' | 'spent', from = rows) =>
    from.reduce((total, entry) => total + toParts(entry[pick].toFixed(4)), 0n);
  const price = sum(
    'held',
    rows.filter(({ kind }) => kind === 'hold'),
  );
  const change = (price * BigInt(delivered)) / BigInt(of) - sum('spent');
  const settled = rows.some(({ kind }) => kind === 'settlement');
  if (settled && change === 0n) return [];
  const { id: _, createdAt: __, ...whose } = first;
  const kind = settled ? 'correction' : 'settlement';
  const held = fromParts(-sum('held'), unit).amount;
  const day = first.day.toISOString().slice(0, 10);
  return [{ ...whose, kind, day, held, spent: fromParts(change, unit).amount }];
}

/** Adds entries and moves the balances of all whom they count for, in one statement. */
async function write(
  tx: Transaction,
  entries: readonly Entry[],
  options: { dayBefore?: boolean } = {},
): Promise<void> {
  const rows = JSON.stringify(entries.map((entry) => ({ ...entry, id: uuidv7() })));
  const inserted = Prisma.sql`
    insert into ledger_entries (id, generation_id, user_id, project_id, key_id, team_key_id, token_id, provider, kind,
      unit, day, held, spent)
    select * from jsonb_to_recordset(${rows}::jsonb) as entry(id uuid, "generationId" uuid, "userId" uuid,
      "projectId" uuid, "keyId" uuid, "teamKeyId" uuid, "tokenId" uuid, provider text, kind ledger_kind, unit text,
      day date, held numeric, spent numeric)
    returning *`;
  await moveBalances(tx, inserted, options);
}
