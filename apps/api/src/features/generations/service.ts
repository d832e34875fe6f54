import type { Generation, GenerationQuery } from '@veogate/shared/contracts/generations';
import { append } from '@veogate/shared/db/audit-repo';
import type { Transaction } from '@veogate/shared/db/client';
import { listGenerations } from '@veogate/shared/db/generation-list';
import { findGeneration, type GenerationRow } from '@veogate/shared/db/generation-repo';
import { toView } from '@veogate/shared/db/generation-view';
import { findKey } from '@veogate/shared/db/key-repo';
import { cancelWaiting, deleteGeneration, dismiss } from '@veogate/shared/db/lifecycle-repo';
import { bumpWatch, lookAgain } from '@veogate/shared/db/operation-repo';
import { pin, unpin } from '@veogate/shared/db/pin-repo';
import { findProjectRole, type Viewer } from '@veogate/shared/db/project-repo';
import { toStrings } from '@veogate/shared/db/values';
import { AppError } from '@veogate/shared/domain/errors';
import { finalStates, toStatus } from '@veogate/shared/domain/generation-state';
import { pollSpacing } from '@veogate/shared/domain/polling';
import { expiryOf } from '@veogate/shared/domain/retention';
import { hintWatch } from '@veogate/shared/jobs/hint-watch';
import type { Caller } from '../../plugins/session.ts';
import { createGenerationPresenter } from '../../present/generation.ts';
import { toPage } from '../../present/page.ts';
import type { Services } from '../../services.ts';
import { createQuotaCheck } from '../../storage-quota.ts';
import { type Begun, type CreateCommand, createCreateGeneration } from './create.ts';

type Needs = Pick<
  Services,
  'db' | 'reader' | 'queues' | 'events' | 'config' | 'limits' | 'log' | 'store' | 'latencies'
>;

/** What a member may do with generations. Whoever is not a member of its project gets `not_found`. */
export function createGenerationService(services: Needs) {
  const { db, reader, queues, events, store, log, config } = services;
  const checkQuota = createQuotaCheck(services);
  const create = createCreateGeneration(services);
  const present = createGenerationPresenter(services);

  async function find(viewer: Viewer, id: string): Promise<GenerationRow> {
    const row = await findGeneration(db, viewer, id);
    if (!row) throw new AppError('not_found', 'There is no such generation.');
    return row;
  }

  async function findEditable(viewer: Viewer, id: string): Promise<GenerationRow> {
    const row = await find(viewer, id);
    const role = await findProjectRole(db, viewer, row.projectId);
    if (role === 'viewer') throw new AppError('forbidden', 'A viewer of a project only looks.');
    return row;
  }

  async function show(viewer: Viewer, id: string): Promise<Generation> {
    const [generation] = await present([toView(await find(viewer, id))]);
    return generation as Generation;
  }

  /** Changes one generation and tells everybody; `change` returns whether it was in a fitting state. */
  async function change(
    viewer: Viewer,
    id: string,
    action: string,
    apply: (tx: Transaction, row: GenerationRow) => Promise<boolean>,
  ): Promise<boolean> {
    const row = await findEditable(viewer, id);
    const changed = await db.$transaction(async (tx) => {
      const done = await apply(tx, row);
      if (done) await append(tx, { action, actorId: viewer.userId, subject: 'generation', subjectId: id });
      return done;
    });
    if (changed) events.changed(id);
    return changed;
  }

  return {
    create,
    show,

    async list(viewer: Viewer, query: GenerationQuery) {
      const { limit, after, status, kind, model, project_id: projectId, q: text, pinned } = query;
      const rows = await listGenerations(reader, viewer, {
        limit,
        after,
        statuses: status,
        kind,
        model,
        projectId,
        text,
        pinned,
      });
      return toPage(rows, limit, ({ id }) => id, present);
    },

    /** Free before the provider was asked; honest after it. Canceling twice is no error. */
    async cancel(viewer: Viewer, id: string): Promise<Generation> {
      const canceled = await change(viewer, id, 'generation.canceled', (tx) => cancelWaiting(tx, id));
      const { state } = await find(viewer, id);
      if (!canceled && state !== 'canceled') {
        const inProgress = toStatus(state, false) === 'in_progress';
        throw new AppError(
          inProgress ? 'already_submitted' : 'wrong_state',
          inProgress ? '' : `It is ${state}.`,
        );
      }
      return show(viewer, id);
    },

    /**
     * Keeps its files until it is unpinned or deleted; also those that are still to come. Pinning twice is no error, nor
     * is it to unpin what is not pinned.
     */
    async pin(viewer: Viewer, id: string): Promise<Generation> {
      await change(viewer, id, 'generation.pinned', async (tx, row) => {
        const done = await pin(tx, id, () => checkQuota(tx, row.userId));
        if (done === 'files_gone' || done === 'no_files') throw new AppError(done);
        return done === 'pinned';
      });
      return show(viewer, id);
    },

    /** Its files are kept for as long as others, from now on. */
    async unpin(viewer: Viewer, id: string): Promise<Generation> {
      await change(viewer, id, 'generation.unpinned', (tx) =>
        unpin(tx, id, expiryOf(config.RETENTION_HOURS)),
      );
      return show(viewer, id);
    },

    /** Its files go at once. */
    async remove(viewer: Viewer, id: string): Promise<void> {
      let files: string[] | null = null;
      await change(viewer, id, 'generation.deleted', async (tx) => {
        files = await deleteGeneration(tx, id);
        return files !== null;
      });
      if (!files) throw new AppError('wrong_state', 'It is not finished: cancel it, or wait for it.');
      for (const file of files as string[]) {
        await store
          .delete(file)
          .catch((error: unknown) => log.warn({ err: error }, 'a file stays for the sweep'));
      }
    },

    /** The same again, as a new generation. */
    async retry(
      caller: Caller,
      id: string,
      { address, idempotencyKey }: Pick<CreateCommand, 'address' | 'idempotencyKey'>,
    ): Promise<Begun> {
      const row = await findEditable(caller, id);
      if (!finalStates.includes(row.state)) {
        throw new AppError(
          'wrong_state',
          'It is not finished, and generating it again might be billed twice.',
        );
      }
      const body = {
        model: row.model,
        kind: row.kind as Generation['kind'],
        prompt: row.prompt,
        params: toStrings(row.params),
        count: row.count,
        metadata: toStrings(row.metadata),
        image_ids: row.inputs.map(({ uploadId }) => uploadId),
        project_id: row.projectId,
        key_id: row.keyId,
      };
      if (row.userId !== caller.userId && !(await findKey(db, caller.userId, row.keyId))) {
        throw new AppError(
          'key_not_usable',
          'It was made with somebody else’s key: use it again with one of yours.',
        );
      }
      return create({ caller, body, address, idempotencyKey, retryOf: id });
    },

    /** A person's word on what no machine may decide. */
    async resolve(viewer: Viewer, id: string, action: 'look_again' | 'dismiss'): Promise<Generation> {
      const row = await findEditable(viewer, id);
      const fits = action === 'dismiss' ? ['outcome_unknown'] : ['outcome_unknown', 'expired'];
      if (!fits.includes(row.state)) throw new AppError('wrong_state', `It is ${row.state}.`);
      if (action === 'dismiss') {
        await change(viewer, id, 'generation.dismissed', (tx) => dismiss(tx, row));
      } else {
        await change(viewer, id, 'generation.looked_again', async (tx) => {
          await lookAgain(tx, row);
          return true;
        });
        const spacingMs = pollSpacing(config.GENAIPRO_REQUESTS_PER_MINUTE);
        await hintWatch(queues, await bumpWatch(db, row.keyId, { spacingMs }));
      }
      return show(viewer, id);
    },

    /** One stored file of a generation. Throws `output_gone` where it was there and is no more. */
    async findOutput(viewer: Viewer, id: string, index: number) {
      const row = await find(viewer, id);
      const output = row.outputs.find((candidate) => candidate.index === index);
      if (!output) throw new AppError(row.state === 'succeeded' ? 'output_gone' : 'not_found');
      return output;
    },
  };
}
