import { type GenerationStatus, generationStates, toStatus } from '../domain/generation-state.ts';
import { fromParts, toParts, type Unit } from '../domain/money.ts';
import type { GenerationView } from './generation-view.ts';
import type { Viewer } from './project-repo.ts';
import type { Reader, Statement } from './reader.ts';

export interface ListQuery {
  limit: number;
  after?: string | undefined;
  /** Any of these. */
  statuses?: readonly GenerationStatus[] | undefined;
  kind?: string | undefined;
  model?: string | undefined;
  projectId?: string | undefined;
  text?: string | undefined;
  /** Whether it is pinned. */
  pinned?: 'true' | 'false' | undefined;
}

/** One statement for each set of filters: one that takes them all as "null or …" is planned as if it found nothing. */
const filters = {
  after: (n: number) => `g.id < $${n}`,
  statuses: (n: number) =>
    `g.state::text || case when g.cancel_requested_at is null then '' else '!' end = any($${n})`,
  kind: (n: number) => `g.kind = $${n}`,
  model: (n: number) => `g.model = $${n}`,
  text: (n: number) => `g.prompt ilike $${n}`,
  pinned: (n: number) => `(g.pinned_at is not null) = $${n}`,
  projectId: (n: number) => `g.project_id = $${n}`,
  boundTo: (n: number) => `g.project_id = $${n}`,
} as const;

/**
 * The newest of each project that somebody may look into, and of those the newest: so that the index of each project
 * is read for a page's length at the most, however much there is. Then what belongs to them.
 *
 * @returns the statement, and its parameters in their order
 */
export function toListStatement(
  { userId, projectId: boundTo }: Viewer,
  query: ListQuery,
): { statement: Statement; values: unknown[] } {
  const { limit, statuses, text } = query;
  const wanted: Readonly<Record<keyof typeof filters, unknown>> = {
    after: query.after,
    statuses: statuses && standingAt(statuses),
    kind: query.kind,
    model: query.model,
    text: text && `%${text.replace(/[\\%_]/g, '\\$&')}%`,
    pinned: query.pinned,
    projectId: query.projectId,
    boundTo,
  };
  const used = (Object.keys(filters) as (keyof typeof filters)[]).filter((name) => wanted[name]);
  const conditions = used.map((name, index) => ` and ${filters[name](index + 3)}`);
  return {
    statement: {
      name: ['list-generations', ...used].join(' '),
      text: toText(conditions.join('')),
    },
    values: [userId, limit + 1, ...used.map((name) => wanted[name])],
  };
}

const toText = (conditions: string) => `
  with page as (
    select g.* from project_members m cross join lateral (
      select * from generations g
      where g.project_id = m.project_id and g.deleted_at is null${conditions}
      order by g.id desc limit $2
    ) g
    where m.user_id = $1
    order by g.id desc limit $2
  )
  select g.id, g.project_id as "projectId", g.key_id as "keyId", g.model, g.kind, g.prompt, g.params, g.count,
    g.metadata, g.retry_of as "retryOf", g.state, g.submitted_at as "submittedAt",
    g.eligible_at as "eligibleAt",
    g.cancel_requested_at as "cancelRequestedAt", g.pinned_at as "pinnedAt", g.error_code as "errorCode", g.error_reason as "errorReason",
    g.filtered_count as "filteredCount", g.created_at as "createdAt", g.updated_at as "updatedAt",
    g.finished_at as "finishedAt", g.hold_amount as "holdAmount", g.unit,
    array(select i.upload_id from generation_inputs i where i.generation_id = g.id order by i.position)
      as "uploadIds",
    (select json_agg(json_build_object('index', o.index, 'mimeType', o.mime_type, 'byteSize', o.byte_size,
        'width', o.width, 'height', o.height, 'durationMs', o.duration_ms,
        'expiresAt', (extract(epoch from o.expires_at) * 1000)::float8) order by o.index)
      from outputs o where o.generation_id = g.id and o.deleted_at is null) as outputs,
    (select sum(l.spent) from ledger_entries l where l.generation_id = g.id
      having bool_or(l.kind = 'settlement')) as spent
  from page g order by g.id desc`;

type Row = Omit<GenerationView, 'outputs' | 'price' | 'cost'> & {
  outputs: (Omit<GenerationView['outputs'][number], 'expiresAt'> & { expiresAt: number | null })[] | null;
  /** Decimals arrive as text. */
  holdAmount: string | null;
  spent: string | null;
  unit: Unit | null;
};

/** Newest first; one more than `limit`, so that the caller knows whether there are more. */
export async function listGenerations(
  reader: Reader,
  viewer: Viewer,
  query: ListQuery,
): Promise<GenerationView[]> {
  const { statement, values } = toListStatement(viewer, query);
  const rows = await reader.read<Row>(statement, values);
  return rows.map(toView);
}

/** Changes the row in place: copying each of so many fields takes a noticeable part of a read. */
function toView(row: Row): GenerationView {
  const { holdAmount, spent, unit, outputs } = row;
  return Object.assign(row, {
    outputs: (outputs ?? []).map((output) =>
      Object.assign(output, { expiresAt: output.expiresAt === null ? null : new Date(output.expiresAt) }),
    ),
    price: holdAmount !== null && unit ? fromParts(toParts(holdAmount), unit) : null,
    cost: spent !== null && unit ? fromParts(toParts(spent), unit) : null,
  });
}

/** A state alone is no status: whether its owner asked to cancel it (`!`) decides with it. */
function standingAt(statuses: readonly GenerationStatus[]): string[] {
  return [false, true].flatMap((canceling) =>
    generationStates
      .filter((state) => statuses.includes(toStatus(state, canceling)))
      .map((state) => state + (canceling ? '!' : '')),
  );
}
