import type { Kind, ProviderId } from '../domain/models.ts';
import type { Money } from '../domain/money.ts';
import type { Database, Transaction } from './client.ts';
import type { Prisma } from './generated/client.ts';
import { type Viewer, visibleProjects } from './project-repo.ts';

export interface NewGeneration {
  id: string;
  userId: string;
  projectId: string;
  keyId: string;
  provider: ProviderId;
  model: string;
  kind: Kind;
  prompt: string;
  params: Readonly<Record<string, string>>;
  count: number;
  metadata: Readonly<Record<string, string>>;
  uploadIds: readonly string[];
  retryOf: string | null;
  /** The access token that asks for it. */
  tokenId: string | null;
  /** Null where the model has no known price. */
  price: Money | null;
  /** Using an upload begins its time of keeping anew; null keeps it until it is deleted. */
  uploadsExpireAt: Date | null;
}

/** What is read with every generation that is shown. */
export const shown = {
  inputs: { orderBy: { position: 'asc' } },
  outputs: { where: { deletedAt: null }, orderBy: { index: 'asc' } },
  ledger: true,
} as const satisfies Prisma.GenerationInclude;

/** A generation with everything that is shown of it. */
export type GenerationRow = Prisma.GenerationGetPayload<{ include: typeof shown }>;

/** Writes a generation with its inputs. Runs inside the request's transaction; what it costs is held by `spend`. */
export async function insertGeneration(tx: Transaction, input: NewGeneration): Promise<GenerationRow> {
  const { uploadIds, uploadsExpireAt, price, params, metadata, ...fields } = input;
  const inputs = uploadIds.map((uploadId, position) => ({ uploadId, position }));
  const generation = await tx.generation.create({
    data: { ...fields, params, metadata, holdAmount: price?.amount ?? null, unit: price?.unit ?? null },
  });
  const generationId = generation.id;
  if (inputs.length > 0) {
    await tx.generationInput.createMany({ data: inputs.map((each) => ({ ...each, generationId })) });
    const used = { lastUsedAt: new Date(), expiresAt: uploadsExpireAt };
    await tx.upload.updateMany({ where: { id: { in: [...uploadIds] } }, data: used });
  }
  // All that it has so early, without asking for it.
  return {
    ...generation,
    inputs: inputs.map((each) => ({ ...each, generationId })),
    outputs: [],
    ledger: [],
  };
}

/** One generation of a project that the viewer may look into; null where there is none. */
export function findGeneration(db: Transaction, viewer: Viewer, id: string): Promise<GenerationRow | null> {
  return db.generation.findFirst({ where: { id, deletedAt: null, ...visibleTo(viewer) }, include: shown });
}

/** Whether the viewer may look into the project of a generation, be it deleted or not. */
export async function isVisible(db: Transaction, viewer: Viewer, id: string): Promise<boolean> {
  return (await db.generation.count({ where: { id, ...visibleTo(viewer) } })) > 0;
}

/** What the viewer may see and what changed: by id, or since a time. Deleted ones are among them. */
export function listChanged(
  db: Database,
  viewer: Viewer,
  change: { ids: readonly string[] } | { since: Date },
): Promise<GenerationRow[]> {
  const which = 'ids' in change ? { id: { in: [...change.ids] } } : { updatedAt: { gte: change.since } };
  const where = { ...which, ...visibleTo(viewer) };
  return db.generation.findMany({ where, orderBy: { updatedAt: 'asc' }, take: 500, include: shown });
}

function visibleTo(viewer: Viewer): Prisma.GenerationWhereInput {
  return { project: visibleProjects(viewer) };
}
