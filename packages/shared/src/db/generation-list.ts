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
}

/**
 * The newest of each project that somebody may look into, and of those the newest: so that the index of each project
 * is read for a page's length at the most, however much there is. Then what belongs to them.
 */
export const listGenerationsStatement: Statement = {
  name: 'list-generations',
  text: `
    with page as (
      select g.* from project_members m cross join lateral (
        select * from generations g
        where g.project_id = m.project_id and g.deleted_at is null
          and ($4::uuid is null or g.id < $4)
          and ($5::text[] is null or g.state::text || case when g.cancel_requested_at is null then '' else '!' end = any($5))
          and ($6::text is null or g.kind = $6) and ($7::text is null or g.model = $7)
          and ($8::text is null or g.prompt ilike $8)
        order by g.id desc limit $3
      ) g
      where m.user_id = $1 and ($2::uuid is null or m.project_id = $2) and ($9::uuid is null or m.project_id = $9)
      order by g.id desc limit $3
    )
    select g.id, g.project_id as "projectId", g.key_id as "keyId", g.model, g.kind, g.prompt, g.params, g.count,
      g.metadata, g.retry_of as "retryOf", g.state, g.submitted_at as "submittedAt",
      g.cancel_requested_at as "cancelRequestedAt", g.error_code as "errorCode", g.error_reason as "errorReason",
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
    from page g order by g.id desc`,
};

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
  const rows = await reader.read<Row>(listGenerationsStatement, toValues(viewer, query));
  return rows.map(({ holdAmount, spent, unit, outputs, ...row }) => ({
    ...row,
    outputs: (outputs ?? []).map((output) => ({
      ...output,
      expiresAt: output.expiresAt === null ? null : new Date(output.expiresAt),
    })),
    price: holdAmount !== null && unit ? fromParts(toParts(holdAmount), unit) : null,
    cost: spent !== null && unit ? fromParts(toParts(spent), unit) : null,
  }));
}

/** The statement's parameters, in their order. */
export function toValues({ userId, projectId: boundTo }: Viewer, query: ListQuery): unknown[] {
  const { limit, after = null, statuses, kind = null, model = null, projectId = null, text } = query;
  return [
    userId,
    boundTo,
    limit + 1,
    after,
    statuses ? standingAt(statuses) : null,
    kind,
    model,
    text ? `%${text.replace(/[\\%_]/g, '\\$&')}%` : null,
    projectId,
  ];
}

/** A state alone is no status: whether its owner asked to cancel it (`!`) decides with it. */
function standingAt(statuses: readonly GenerationStatus[]): string[] {
  return [false, true].flatMap((canceling) =>
    generationStates
      .filter((state) => statuses.includes(toStatus(state, canceling)))
      .map((state) => state + (canceling ? '!' : '')),
  );
}
