import { uuidv7 } from 'uuidv7';
import {
  type ChecklistItemId,
  describeItem,
  FIRST_SEATS,
  type ItemState,
  itemsOf,
  standingOf,
} from '../domain/checklist.ts';
import type { AccessProfile } from '../domain/profiles.ts';
import { append } from './audit-repo.ts';
import type { Transaction } from './client.ts';
import type { ChecklistTick } from './generated/client.ts';
import { findUserNames } from './user-repo.ts';

/** Ticks of an item that are shown. */
const SHOWN = 12;

/** What a look found, in numbers and sentences. */
export type Finding = Record<string, string | number | boolean | null>;

export interface ItemStanding {
  id: ChecklistItemId;
  state: ItemState;
  dueAt: Date | null;
  ticks: (ChecklistTick & { byName: string | null })[];
}

/** How every item of a profile stands, with who looked last. */
export async function readChecklist(db: Transaction, profile: AccessProfile): Promise<ItemStanding[]> {
  const begin = await readBeginning(db);
  const now = new Date();
  const looks: { id: ChecklistItemId; ticks: ChecklistTick[] }[] = [];
  for (const id of itemsOf(profile)) {
    const ticks = await db.checklistTick.findMany({
      where: { item: id },
      orderBy: { at: 'desc' },
      take: SHOWN,
    });
    looks.push({ id, ticks });
  }
  const people = looks.flatMap(({ ticks }) => ticks.flatMap(({ byId }) => byId ?? []));
  const names = await findUserNames(db, people);
  return looks.map(({ id, ticks }) => ({
    id,
    ...standingOf(describeItem(id), ticks[0]?.at ?? null, begin, now),
    ticks: ticks.map((tick) => ({ ...tick, byName: names.get(tick.byId ?? '') ?? null })),
  }));
}

/** When the service got its first account. */
async function readBeginning(db: Transaction): Promise<Date> {
  const first = await db.user.findFirst({ orderBy: { createdAt: 'asc' }, select: { createdAt: true } });
  return first?.createdAt ?? new Date();
}

/** Somebody looked. */
export async function tick(
  tx: Transaction,
  item: ChecklistItemId,
  { by, note, finding, address }: { by: string; note: string | null; finding: Finding; address: string },
): Promise<void> {
  await tx.checklistTick.create({ data: { id: uuidv7(), item, byId: by, note, finding } });
  await append(tx, {
    ...{ action: 'checklist.ticked', actorId: by, subject: 'checklist', subjectId: item },
    detail: finding,
    address,
  });
}

/**
 * How many accounts there may be; 0: as many as come. A public service for which the operator set nothing begins with
 * few, until the checklist says otherwise.
 */
export async function readSeats(db: Transaction, profile: AccessProfile, setting: number): Promise<number> {
  if (profile !== 'public' || setting > 0) return setting;
  const last = await db.checklistTick.findFirst({ where: { item: 'opening' }, orderBy: { at: 'desc' } });
  // Written by `tick` alone.
  const seats = (last?.finding as Finding | undefined)?.['seats'];
  return typeof seats === 'number' ? seats : FIRST_SEATS;
}
