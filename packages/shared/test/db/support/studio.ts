import { randomUUID } from 'node:crypto';
import { admitWaiting } from '../../../src/db/admission-repo.ts';
import { measure } from '../../../src/db/balance-repo.ts';
import type { Database } from '../../../src/db/client.ts';
import { readGates } from '../../../src/db/gate-repo.ts';
import { findGeneration, insertGeneration } from '../../../src/db/generation-repo.ts';
import { retireKeys } from '../../../src/db/key-repo.ts';
import { beginLeaving, cancelLeftovers, isPurgeable } from '../../../src/db/leaving-repo.ts';
import { cancelWaiting, deleteGeneration, dismiss } from '../../../src/db/lifecycle-repo.ts';
import { lookAgain, recordOperations } from '../../../src/db/operation-repo.ts';
import { deleteProject, findPersonalProjectId } from '../../../src/db/project-repo.ts';
import { eraseAccount, nextGenerations } from '../../../src/db/purge-repo.ts';
import { lockAccount } from '../../../src/db/quota-repo.ts';
import type { Reader } from '../../../src/db/reader.ts';
import { spend } from '../../../src/db/spend-repo.ts';
import {
  askForFreshLinks,
  finishStoring,
  giveUpStoring,
  loadStoringWork,
  recordOutput,
} from '../../../src/db/store-repo.ts';
import {
  claimForSubmit,
  failSubmission,
  markOutcomeUnknown,
  requeueSubmission,
} from '../../../src/db/submission-repo.ts';
import { endLostLeases } from '../../../src/db/sweep-repo.ts';
import { createUser } from '../../../src/db/user-repo.ts';
import { expire, finishOperation, loadWatchedWork } from '../../../src/db/watch-repo.ts';
import { ANYBODY, type Bound, type Budget, boundsOf } from '../../../src/domain/budgets.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { times, toParts, type Unit } from '../../../src/domain/money.ts';

export interface Wish {
  user: number;
  shared: boolean;
  team: boolean;
  token: boolean;
  count: number;
  unit: Unit;
}
export type Step =
  | 'admit'
  | 'accept'
  | 'reject'
  | 'requeue'
  | 'lose'
  | 'answer'
  | 'filter'
  | 'fail'
  | 'store'
  | 'stale'
  | 'give up'
  | 'expire'
  | 'dismiss'
  | 'look again'
  | 'late id'
  | 'cancel'
  | 'delete'
  | 'sweep';
export type Command =
  | { do: 'begin'; wish: Wish }
  | { do: 'step'; step: Step; which: number; share: number }
  | { do: 'leave'; user: number }
  | { do: 'retire'; key: number }
  | { do: 'delete project' };

const PRICE = { usd: '0.4', credits: '1' } as const;
const MANY = { perUser: 1_000, perKey: 1_000, global: 1_000 };
const USERS = 3;

/**
 * People, keys, a shared project and budgets, as the service has them, and everything that can happen to what they
 * begin: each as the service does it, with its own transaction.
 */
export async function openStudio(
  stores: { db: Database; reader: Reader },
  limits: { tight: number; wide: number },
) {
  const { db } = stores;
  const people = await Promise.all(
    Array.from({ length: USERS }, async (_, index) => {
      const role = index === 0 ? ('admin' as const) : ('member' as const);
      const { id } = await db.$transaction((tx) => createUser(tx, { displayName: `P${index}`, role }));
      const key = {
        id: randomUUID(),
        ownerId: id,
        provider: 'genaipro',
        label: 'K',
        hint: 'abcd',
        ringId: 'r',
      };
      await db.providerKey.create({ data: { ...key, state: 'active', sealed: Buffer.from('x') } });
      const token = {
        id: randomUUID(),
        userId: id,
        name: 'T',
        hint: 'abcd',
        tokenHash: Buffer.from(randomUUID()),
      };
      const cap = { spendCapAmount: String(limits.tight), spendCapUnit: 'credits' };
      await db.accessToken.create({ data: { ...token, ...cap } });
      return { id, keyId: key.id, tokenId: token.id, personalId: await findPersonalProjectId(db, id) };
    }),
  );
  const [first] = people;
  if (!first) throw new Error('Nobody came.');
  // Somebody has to stay whatever happens.
  await db.$transaction((tx) => createUser(tx, { displayName: 'Admin', role: 'admin' }));
  const teamKeyId = randomUUID();
  const team = {
    id: teamKeyId,
    ownerId: first.id,
    scope: 'team',
    provider: 'genaipro',
    ringId: 'r',
  } as const;
  await db.providerKey.create({
    data: { ...team, label: 'Team', hint: 'abcd', state: 'active', sealed: Buffer.from('x') },
  });
  const projectId = randomUUID();
  const members = people.map(({ id }) => ({ userId: id, role: 'owner' as const }));
  await db.project.create({
    data: { id: projectId, name: 'F', kind: 'shared', members: { create: members } },
  });

  const budget = (scope: Budget['scope'], scopeId: string, amount: number): Budget[] =>
    (['usd', 'credits'] as const).flatMap((unit) =>
      (['day', 'month'] as const).map((period) => ({
        scope,
        scopeId,
        unit,
        period,
        amount: toParts(times(PRICE[unit], period === 'day' ? amount : amount + 1, unit).amount),
      })),
    );
  const budgets = [
    ...budget('all', ANYBODY, limits.wide),
    ...budget('team_key', teamKeyId, limits.tight),
    ...budget('project', projectId, limits.tight + 2),
    ...budget('user', ANYBODY, limits.tight + 1),
  ];
  const begun: string[] = [];

  const allBounds = people.flatMap((person) => boundsFor(person, null));
  function boundsFor({ id, tokenId }: (typeof people)[number], token: string | null): Bound[] {
    const spendCap = { amount: String(limits.tight), unit: 'credits' as const };
    return boundsOf(budgets, {
      userId: id,
      allowance: null,
      token: token === null ? null : { id: tokenId, spendCap },
      projectIds: [projectId],
      teamKeyIds: [teamKeyId],
    });
  }

  async function begin({ user, shared, team, token, count, unit }: Wish): Promise<void> {
    const person = people[user % USERS] ?? first;
    if (!person) return;
    const id = randomUUID();
    const where = shared ? projectId : person.personalId;
    const keyId = team ? teamKeyId : person.keyId;
    const tokenId = token ? person.tokenId : null;
    await db.$transaction(async (tx) => {
      const account = await lockAccount(tx, person.id, tokenId);
      const viewer = { userId: person.id, projectId: null };
      const gates = await readGates(tx, {
        viewer,
        model: 'genaipro/veo',
        keyId,
        projectId: where,
        uploadIds: [],
      });
      if (gates.key?.state !== 'active' || !gates.projectRole || account.state !== 'active') return;
      const price = times(PRICE[unit], count, unit);
      const row = await insertGeneration(tx, {
        id,
        userId: person.id,
        projectId: where,
        keyId,
        provider: 'genaipro',
        model: 'genaipro/veo',
        kind: 'text_to_video',
        prompt: 'a paper boat',
        params: {},
        count,
        metadata: {},
        uploadIds: [],
        retryOf: null,
        tokenId,
        price,
        uploadsExpireAt: null,
      });
      const bounds = boundsOf(budgets, {
        ...account,
        userId: person.id,
        projectIds: [where],
        teamKeyIds: team ? [teamKeyId] : [],
      });
      await spend(tx, { ...row, teamKeyId: team ? teamKeyId : null }, { price, bounds });
    });
    begun.push(id);
  }

  const ids = (count: number) => Array.from({ length: count }, () => randomUUID());
  const accept = (generationId: string, count: number) =>
    recordOperations(db, { generationId, provider: 'genaipro', operationIds: ids(count) }, { spacingMs: 0 });

  async function submit(id: string, how: 'accept' | 'reject' | 'requeue' | 'lose'): Promise<void> {
    const pace = { endpoint: 'x', requestsPerMinute: 100_000 };
    const result = await claimForSubmit(db, { generationId: id, worker: 'w', leaseMs: 60_000, ...pace });
    if (!('claim' in result)) return;
    const { claim } = result;
    if (how === 'accept') await accept(id, claim.generation.count);
    if (how === 'reject')
      await failSubmission(db, claim, 'rejected', { code: 'provider_rejected', reason: 'no' });
    if (how === 'requeue')
      await requeueSubmission(db, claim, { code: 'provider_unreachable', reason: 'away' }, 0);
    if (how === 'lose') await markOutcomeUnknown(db, claim, 'lost');
  }

  async function answer(id: string, how: (index: number) => 'content_filtered' | 'provider_failed' | null) {
    const generation = await db.generation.findUnique({ where: { id } });
    const work = generation && (await loadWatchedWork(stores, generation.keyId));
    const pending = work?.pending.filter(({ generationId }) => generationId === id) ?? [];
    for (const [index, operation] of pending.entries()) {
      const code = how(index);
      const result = code ? { failure: { code, reason: 'so' } } : { urls: ['http://x.test/v'] };
      await finishOperation(db, operation, result, 24);
    }
  }

  async function store(id: string, share: number): Promise<void> {
    const work = await loadStoringWork(db, id);
    if (!work) return;
    const made = work.operations.filter(({ state }) => state === 'succeeded').slice(0, share);
    const file = { storageKey: 'x', mimeType: 'video/mp4', byteSize: 1n, sha256: 'x' };
    const shape = { width: null, height: null, durationMs: null, expiresAt: null };
    for (const [index, { id: operationId }] of made.entries())
      await recordOutput(db, { generationId: id, index, operationId, ...file, ...shape });
    await finishStoring(db, work);
  }

  async function step(kind: Step, id: string, share: number): Promise<unknown> {
    const viewer = { userId: first?.id ?? '', projectId: null };
    switch (kind) {
      case 'admit':
        return admitWaiting(db, MANY);
      case 'accept':
      case 'reject':
      case 'requeue':
      case 'lose':
        return submit(id, kind);
      case 'answer':
        return answer(id, () => null);
      case 'filter':
        return answer(id, (index) => (index < share ? 'content_filtered' : null));
      case 'fail':
        return answer(id, () => 'provider_failed');
      case 'store':
        return store(id, share);
      case 'stale':
      case 'give up': {
        const work = await loadStoringWork(db, id);
        return (
          work &&
          (kind === 'stale'
            ? askForFreshLinks(db, work, 'old')
            : giveUpStoring(db, work, { code: 'download_failed', reason: 'gone' }))
        );
      }
      case 'expire':
        return expire(db, id, 'deadline_passed');
      case 'dismiss': {
        const row = await findGeneration(db, viewer, id);
        return row && db.$transaction((tx) => dismiss(tx, row));
      }
      case 'look again':
        return db.$transaction((tx) => lookAgain(tx, { id, model: 'genaipro/veo' }));
      case 'late id':
        // Whoever was never asked gives no id.
        return (
          (await db.submission.count({ where: { generationId: id, outcome: { not: 'not_sent' } } })) &&
          accept(id, 1)
        );
      case 'cancel':
        return db.$transaction((tx) => cancelWaiting(tx, id));
      case 'delete':
        return db.$transaction((tx) => deleteGeneration(tx, id));
      case 'sweep':
        return endLostLeases(db, -3_600_000);
    }
  }

  async function purge(userId: string): Promise<void> {
    if (!(await isPurgeable(db, userId))) return;
    await cancelLeftovers(db, userId);
    for (let batch = await nextGenerations(db, userId); batch; batch = await nextGenerations(db, userId))
      await batch.forget();
    await db.$transaction((tx) => eraseAccount(tx, userId));
  }

  async function run(command: Command): Promise<unknown> {
    switch (command.do) {
      case 'begin':
        return begin(command.wish);
      case 'step': {
        const id = begun[command.which % Math.max(1, begun.length)];
        return id && step(command.step, id, command.share);
      }
      case 'leave': {
        const { id } = people[command.user % USERS] ?? first ?? { id: '' };
        await db.$transaction((tx) => beginLeaving(tx, id, '203.0.113.9'));
        return purge(id);
      }
      case 'retire': {
        const id = [teamKeyId, ...people.map(({ keyId }) => keyId)][command.key % (USERS + 1)] ?? '';
        const key = await db.providerKey.findUnique({ where: { id } });
        return key && db.$transaction((tx) => retireKeys(tx, [key]));
      }
      case 'delete project':
        return db.$transaction(async (tx) => {
          const rows = await tx.$queryRaw<
            unknown[]
          >`select 1 from projects where id = ${projectId}::uuid for update`;
          return rows.length > 0 && deleteProject(tx, projectId, first?.id ?? '');
        });
    }
  }

  return {
    /** Does one thing; that it was refused, or came too late, is no fault. */
    async try(command: Command): Promise<void> {
      await run(command).catch((error: unknown) => {
        const { code } = error as { code?: string };
        // What it was about went meanwhile.
        const isOrphan = command.do === 'begin' && code === 'P2003';
        if (error instanceof AppError || code === 'P2025' || isOrphan) return;
        throw error;
      });
    },

    /** The budgets that more is spent of than there is. */
    async overrun(): Promise<Bound[]> {
      const standings = await measure(db, allBounds, new Date());
      return standings.filter(({ limit, held, spent }) => held + spent > limit);
    },

    /** Lets everything come to an end, and those who leave go. */
    async finish(): Promise<void> {
      await endLostLeases(db, -3_600_000);
      const open = await db.generation.findMany({ where: { finishedAt: null } });
      for (const { id, state } of open) {
        if (state === 'queued' || state === 'admitted') await step('cancel', id, 0);
        if (state === 'storing') await store(id, 1);
        if (state === 'running') await expire(db, id, 'deadline_passed');
        if (state === 'outcome_unknown') await expire(db, id, 'key_erased');
      }
    },

    async purgeAll(): Promise<void> {
      const leaving = await db.user.findMany({ where: { state: 'leaving' } });
      for (const { id } of leaving) await purge(id);
    },
  };
}
