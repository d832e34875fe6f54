import { createHash } from 'node:crypto';
import type { CreateGeneration, Generation } from '@veogate/shared/contracts/generations';
import { append } from '@veogate/shared/db/audit-repo';
import { readGates } from '@veogate/shared/db/gate-repo';
import { insertGeneration } from '@veogate/shared/db/generation-repo';
import { toView } from '@veogate/shared/db/generation-view';
import { findRemembered, remember, takeKey } from '@veogate/shared/db/idempotency-repo';
import { findPersonalProjectId } from '@veogate/shared/db/project-repo';
import { findPlaces } from '@veogate/shared/db/queue-repo';
import { lockAccount } from '@veogate/shared/db/quota-repo';
import { spend } from '@veogate/shared/db/spend-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { listModels } from '@veogate/shared/domain/models';
import { priceOf } from '@veogate/shared/domain/pricing';
import type { RateStanding } from '@veogate/shared/domain/rate-limit';
import { expiryOf } from '@veogate/shared/domain/retention';
import { toSlots } from '@veogate/shared/domain/waiting';
import { uuidv7 } from 'uuidv7';
import { checkState } from '../../access.ts';
import { createBounds } from '../../bounds.ts';
import type { Caller } from '../../plugins/session.ts';
import { presentGeneration } from '../../present/generation.ts';
import type { Services } from '../../services.ts';
import { createQuotaCheck } from '../../storage-quota.ts';
import { checkGenerationLimit } from './generation-limit.ts';
import { checkAgainstModel, checkGates } from './plan.ts';

export interface CreateCommand {
  caller: Caller;
  body: CreateGeneration;
  idempotencyKey?: string | undefined;
  /** Where it comes from. */
  address: string;
  /** The generation that is tried again. */
  retryOf?: string;
}

export interface Begun {
  generation: Generation;
  /** Where its owner stands with the generation limit now; null where there is none, and for a repeated answer. */
  standing: RateStanding | null;
}

type Needs = Pick<Services, 'db' | 'queues' | 'events' | 'config' | 'limits' | 'latencies'>;

/**
 * Begins a generation: everything that is checked, held and written stands in one transaction, and the queue hears of
 * it after the commit. With an idempotency key the same answer comes again for 24 hours, however many ask at once.
 */
export function createCreateGeneration({ db, queues, events, config, limits, latencies }: Needs) {
  const slots = toSlots(config);
  const boundsOf = createBounds({ config });
  const checkQuota = createQuotaCheck({ limits });
  const models = listModels({ demo: config.SIMULATOR_URL !== undefined });

  return async (command: CreateCommand): Promise<Begun> => {
    const { idempotencyKey } = command;
    const { userId } = command.caller;
    const requestHash = hash({ ...command.body, retryOf: command.retryOf });
    const answered = idempotencyKey && (await replay(userId, idempotencyKey, requestHash));
    if (answered) return { generation: answered, standing: null };
    const made = await make(command, requestHash);
    if (!made) {
      const first = await replay(userId, idempotencyKey ?? '', requestHash);
      if (first) return { generation: first, standing: null };
      throw new AppError('idempotency_in_progress');
    }
    events.changed(made.generation.id);
    await queues.hint('admit', {}, { deduplication: { id: 'admit', keepLastIfActive: true } });
    return made;
  };

  /** Null where another request with the same idempotency key was first. */
  async function make(command: CreateCommand, requestHash: Uint8Array): Promise<Begun | null> {
    const { caller, body, idempotencyKey, address, retryOf = null } = command;
    const { userId } = caller;
    const model = checkAgainstModel(models, body);
    const {
      prompt,
      kind,
      key_id: keyId,
      image_ids: uploadIds = [],
      params = {},
      count = 1,
      metadata = {},
    } = body;
    const projectId = body.project_id ?? caller.projectId ?? (await findPersonalProjectId(db, userId));
    const generationId = uuidv7();
    const tokenId = caller.token?.id ?? null;
    const price = priceOf(model, count);
    const latency = await latencies.of(model.id);
    return db.$transaction(async (tx) => {
      if (idempotencyKey) {
        const taken = await takeKey(tx, { userId, key: idempotencyKey, requestHash, generationId });
        if (taken === 'busy') throw new AppError('idempotency_in_progress', '', { retryAfterMs: 1_000 });
        if (taken === 'known') return null;
      }
      const account = await lockAccount(tx, userId, tokenId);
      checkState({ userState: account.state });
      const gates = await readGates(tx, { viewer: caller, model: model.id, keyId, projectId, uploadIds });
      checkGates(gates, model, uploadIds);
      const standing = await checkGenerationLimit(tx, limits, { userId, tokenId, account });
      await checkQuota(tx, userId);
      const teamKeyId = gates.key?.scope === 'team' ? keyId : null;
      const bounds = await boundsOf(tx, { ...account, userId, ...whose(projectId, teamKeyId) });
      const row = await insertGeneration(tx, {
        id: generationId,
        userId,
        projectId,
        keyId,
        provider: model.provider,
        model: model.id,
        kind,
        prompt,
        params,
        count,
        metadata,
        uploadIds,
        retryOf,
        tokenId,
        price,
        uploadsExpireAt: expiryOf(config.RETENTION_HOURS),
      });
      await append(tx, {
        action: 'generation.created',
        actorId: userId,
        subject: 'generation',
        subjectId: generationId,
        detail: { model: model.id, kind, count, key_id: keyId },
        address,
      });
      const places = await findPlaces(tx, [generationId]);
      const answer = presentGeneration(toView(row), { place: places.get(generationId), latency, slots });
      if (idempotencyKey) await remember(tx, userId, idempotencyKey, answer);
      // Last of all: everybody spends of the service's budget, and waits for whoever does.
      await spend(tx, { ...row, teamKeyId }, { price, bounds });
      return { generation: answer, standing };
    });
  }

  async function replay(userId: string, key: string, requestHash: Uint8Array): Promise<Generation | null> {
    const known = await findRemembered(db, userId, key);
    if (!known) return null;
    if (!Buffer.from(known.requestHash).equals(requestHash)) throw new AppError('idempotency_mismatch');
    // Written by `remember` above, from the very type that is answered.
    return known.response as Generation;
  }
}

function whose(projectId: string, teamKeyId: string | null) {
  return { projectIds: [projectId], teamKeyIds: teamKeyId ? [teamKeyId] : [] };
}

/** The same for equal requests, whatever the order of their fields. */
function hash(request: object): Uint8Array<ArrayBuffer> {
  const sorted = JSON.stringify(request, (_, value: unknown) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return new Uint8Array(createHash('sha256').update(sorted).digest());
}
