import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { findImbalances } from '../../../../test/support/ledger.ts';
import { admitWaiting } from '../../src/db/admission-repo.ts';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { retireKeys } from '../../src/db/key-repo.ts';
import { hold } from '../../src/db/ledger-repo.ts';
import { findPersonalProjectId } from '../../src/db/project-repo.ts';
import { openReader, type Reader } from '../../src/db/reader.ts';
import { spend } from '../../src/db/spend-repo.ts';
import { claimForSubmit, requeueSubmission } from '../../src/db/submission-repo.ts';
import { createUser } from '../../src/db/user-repo.ts';
import { ANYBODY, boundsOf } from '../../src/domain/budgets.ts';
import { AppError } from '../../src/domain/errors.ts';
import { type Command, openStudio, type Step } from './support/studio.ts';

/** Comes again with the seed that a failure prints: VEOGATE_SEED=… */
const seed = process.env['VEOGATE_SEED'];
const RUNS = Number(process.env['VEOGATE_RUNS'] ?? 8);
const LANES = 4;

let database: TestDatabase;
let db: Database;
let owner: Database;
let reader: Reader;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, max: 12 });
  reader = openReader({ url: database.url, max: 4 });
  owner = openDatabase({ url: database.ownerUrl, max: 2 });
});
afterAll(async () => {
  await db?.$disconnect();
  await reader?.close();
  await owner?.$disconnect();
  await database?.drop();
});
const clear = () =>
  owner.$executeRaw`truncate users, projects, provider_keys, generations, ledger_entries, balances, budgets cascade`;
beforeEach(clear);

const steps: Step[] = [
  ...['admit', 'accept', 'reject', 'requeue', 'lose', 'answer', 'filter', 'fail', 'store', 'stale'],
  ...['give up', 'expire', 'dismiss', 'look again', 'late id', 'cancel', 'delete', 'sweep'],
] as Step[];
const small = fc.integer({ min: 0, max: 50 });
const wish = fc.record({
  user: small,
  shared: fc.boolean(),
  team: fc.boolean(),
  token: fc.boolean(),
  count: fc.integer({ min: 1, max: 4 }),
  unit: fc.constantFrom('usd' as const, 'credits' as const),
});
const step = (which: fc.Arbitrary<Step>) =>
  fc.record({
    do: fc.constant('step' as const),
    step: which,
    which: small,
    share: fc.integer({ min: 0, max: 4 }),
  });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('begin' as const), wish }) },
  { weight: 3, arbitrary: step(fc.constant('admit')) },
  { weight: 5, arbitrary: step(fc.constantFrom('accept', 'lose', 'answer', 'store')) },
  { weight: 10, arbitrary: step(fc.constantFrom(...steps)) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), user: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retire' as const), key: small }) },
  { weight: 1, arbitrary: fc.constant({ do: 'delete project' as const }) },
);
const lanes = fc.array(fc.array(command, { minLength: 10, maxLength: 40 }), {
  minLength: LANES,
  maxLength: LANES,
});

/** What each generation has come to, told by its state alone. */
async function findUnsettled(): Promise<unknown[]> {
  const rows = await db.generation.findMany({ include: { ledger: true, outputs: true } });
  return rows.flatMap(({ id, state, count, dismissedAt, holdAmount, ledger, outputs }) => {
    const price = Number(holdAmount);
    const lost = state === 'expired' || dismissedAt !== null;
    const made = state === 'succeeded' ? outputs.length : 0;
    const expected = { held: 0, spent: lost ? price : (price * Math.min(made, count)) / count };
    const sum = (pick: 'held' | 'spent') =>
      Math.round(ledger.reduce((total, entry) => total + Number(entry[pick]), 0) * 1e4) / 1e4;
    const found = { held: sum('held'), spent: sum('spent') };
    const of = (kind: string) => ledger.filter((entry) => entry.kind === kind).length;
    const isRight =
      of('hold') === 1 &&
      of('settlement') === 1 &&
      found.held === 0 &&
      Math.abs(found.spent - expected.spent) < 1e-4;
    return isRight ? [] : [{ id, state, expected, found, ledger }];
  });
}

describe('whatever happens at the same time', () => {
  it('balances are what the ledger adds up to, no budget is gone over, and all is settled once', async () => {
    await fc.assert(
      fc.asyncProperty(lanes, async (work) => {
        await clear();
        const studio = await openStudio({ db, reader }, { tight: 9, wide: 20 });
        const overruns: unknown[] = [];
        await Promise.all(
          work.map(async (commands) => {
            for (const next of commands) {
              await studio.try(next);
              overruns.push(...(await studio.overrun()));
            }
          }),
        );
        expect(overruns).toEqual([]);
        expect(await findImbalances(db)).toEqual([]);
        const waiting = { state: { in: ['queued' as const, 'admitted' as const] } };
        // A hold that nothing releases would be lost.
        expect(await db.generation.count({ where: { ...waiting, key: { state: 'retired' } } })).toBe(0);
        await studio.finish();
        expect(await findUnsettled()).toEqual([]);
        expect(await db.balance.count({ where: { held: { not: 0 } } })).toBe(0);
        expect(await findImbalances(db)).toEqual([]);
        await studio.purgeAll();
        expect(await findImbalances(db)).toEqual([]);
      }),
      {
        numRuns: RUNS,
        // What runs at once does not fail the same way twice, so there is nothing to shrink by.
        endOnFailure: true,
        ...(seed && { seed: Number(seed) }),
      },
    );
  }, 300_000);
});

/** One that waits, of somebody new with a key of their own. */
async function addGeneration(createdAt = new Date()) {
  const { id: userId } = await db.$transaction((tx) => createUser(tx, { displayName: 'Somebody' }));
  const [id, keyId] = [randomUUID(), randomUUID()];
  const key = { ownerId: userId, provider: 'genaipro', label: 'K', hint: 'abcd', ringId: 'r' };
  await db.providerKey.create({ data: { id: keyId, ...key, state: 'active', sealed: Buffer.from('x') } });
  const projectId = await findPersonalProjectId(db, userId);
  const whose = { id, userId, projectId, keyId, provider: 'genaipro' };
  const what = { model: 'genaipro/veo', kind: 'text_to_video', prompt: 'x', count: 1 };
  await db.generation.create({ data: { ...whose, ...what, createdAt } });
  return { ...whose, teamKeyId: null, tokenId: null, createdAt };
}

it('what comes back to the queue of a key that was retired meanwhile is canceled, and holds nothing', async () => {
  const account = await addGeneration();
  const { id, keyId, userId } = account;
  await db.$transaction((tx) => hold(tx, account, { amount: '1', unit: 'credits' }));
  await admitWaiting(db, { perUser: 1, perKey: 1, global: 1 });
  const pace = { worker: 'w', leaseMs: 60_000, endpoint: 'x', requestsPerMinute: 60 };
  const result = await claimForSubmit(db, { generationId: id, ...pace });
  if (!('claim' in result)) throw new Error('It could not be claimed.');
  await db.$transaction((tx) => retireKeys(tx, [{ id: keyId, ownerId: userId }]));
  await requeueSubmission(db, result.claim, { code: 'provider_unreachable', reason: 'away' }, 0);
  expect((await db.generation.findUniqueOrThrow({ where: { id } })).state).toBe('canceled');
  expect(await findUnsettled()).toEqual([]);
});

describe('at midnight', () => {
  /** Holds a credit within a budget of one credit a month. */
  async function begin(createdAt: Date, hold: () => Promise<void> = async () => {}): Promise<boolean> {
    const account = await addGeneration(createdAt);
    const budget = {
      scope: 'all',
      scopeId: ANYBODY,
      unit: 'credits',
      period: 'month',
      amount: 10_000n,
    } as const;
    const spender = { userId: account.userId, allowance: null, token: null, projectIds: [], teamKeyIds: [] };
    const price = { amount: '1', unit: 'credits' } as const;
    return db
      .$transaction(async (tx) => {
        await spend(tx, account, { price, bounds: boundsOf([budget], spender) });
        await hold();
        return true;
      })
      .catch((error: unknown) => {
        if (error instanceof AppError) return false;
        throw error;
      });
  }

  it('whoever begins in the new day waits for whoever is still beginning in the old one', async () => {
    let isWaiting = false;
    let second: Promise<boolean> = Promise.resolve(true);
    const first = await begin(new Date('2026-11-10T23:59:59.900Z'), async () => {
      second = begin(new Date('2026-11-11T00:00:00.100Z'));
      while (!isWaiting) {
        const rows = await owner.$queryRaw<unknown[]>`select 1 from pg_locks where not granted`;
        isWaiting = rows.length > 0;
        if (await Promise.race([second.then(() => true), Promise.resolve(false)])) break;
      }
    });
    expect([first, isWaiting, await second]).toEqual([true, true, false]);
    expect(await findImbalances(db)).toEqual([]);
  });
});
