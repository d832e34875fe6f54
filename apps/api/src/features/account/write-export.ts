import type { Database } from '@veogate/shared/db/client';
import {
  type GenerationRecord,
  pagesOfAudit,
  pagesOfDeliveries,
  pagesOfGenerations,
  pagesOfUploads,
  readAccount,
} from '@veogate/shared/db/export-repo';
import type { WebhookDelivery } from '@veogate/shared/db/rows';

/** Columns that hold what somebody wrote, word for word: nothing in them is renamed. */
const VERBATIM = new Set(['params', 'metadata', 'detail', 'quota', 'snapshot']);

/**
 * Writes everything that is stored of a person as one JSON document, piece by piece: however much it is, a page of it
 * is in memory.
 */
export async function* writeExport(db: Database, userId: string): AsyncGenerator<string> {
  const {
    identities,
    sessions,
    tokens,
    terms,
    memberships,
    keys,
    webhooks,
    invitations,
    accepted,
    ...account
  } = await readAccount(db, userId);
  const few = {
    exported_at: new Date(),
    account,
    identities,
    sessions,
    tokens,
    terms_accepted: terms,
    projects: memberships.map(({ project, ...membership }) => ({ ...project, ...membership })),
    keys,
    webhooks,
    invitations_made: invitations,
    invitations_accepted: accepted.map(({ invitation, usedAt }) => ({ ...invitation, usedAt })),
  };
  yield JSON.stringify(toPlain(few)).slice(0, -1);
  yield* writeList('uploads', pagesOfUploads(db, userId), ({ storageKey: _, ownerId: __, ...upload }) => ({
    ...upload,
    path: `/v1/uploads/${upload.id}/content`,
  }));
  yield* writeList('generations', pagesOfGenerations(db, userId), toGeneration);
  yield* writeList('webhook_deliveries', pagesOfDeliveries(db, userId), toDelivery);
  yield* writeList('audit', pagesOfAudit(db, userId), (entry) => entry);
  yield '}';
}

async function* writeList<Row>(
  name: string,
  pages: AsyncIterable<Row[]>,
  show: (row: Row) => object,
): AsyncGenerator<string> {
  yield `,"${name}":[`;
  let separator = '';
  for await (const page of pages) {
    yield separator + page.map((row) => JSON.stringify(toPlain(show(row)))).join(',');
    separator = ',';
  }
  yield ']';
}

/** The message itself, once it is written, says what the snapshot does. */
function toDelivery({ snapshot, claimedUntil: _, ...delivery }: WebhookDelivery) {
  return { ...delivery, ...(delivery.body === null && { snapshot }) };
}

/** What the service needs for its own work, such as leases, tells nothing of the person. */
function toGeneration(row: GenerationRecord) {
  const { fence: _, leaseOwner: __, leaseExpiresAt: ___, touchedAt: ____, userId: _____, ...shown } = row;
  return {
    ...shown,
    inputs: row.inputs.map(({ uploadId }) => uploadId),
    outputs: row.outputs.map(({ generationId, storageKey: _, ...output }) => ({
      ...output,
      path: `/v1/generations/${generationId}/outputs/${output.index}`,
    })),
    operations: row.operations.map(({ generationId: _, resultUrls: __, ...operation }) => operation),
    ledger: row.ledger.map(({ generationId: _, userId: __, ...entry }) => entry),
  };
}

/** A row as the API writes things: names with underscores, amounts as text, times in RFC 3339. */
function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  // Prisma's decimals.
  if ('toFixed' in value) return String(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [toName(name), VERBATIM.has(name) ? part : toPlain(part)]),
  );
}

function toName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
