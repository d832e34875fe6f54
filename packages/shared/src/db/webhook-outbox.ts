import type { GenerationState } from '../domain/generation-state.ts';
import { eventOf } from '../domain/webhooks.ts';
import type { Transaction } from './client.ts';

/**
 * Writes down whom to tell that a generation entered a state, as it is at this moment. Runs in the transaction of the
 * change, so that there is no message without it and no change without its messages. One look-up where nobody listens.
 */
export async function recordEvent(tx: Transaction, id: string, state: GenerationState): Promise<void> {
  const type = eventOf(state);
  if (!type) return;
  // The lock makes it wait for whoever deletes a webhook right now, and leave that one out.
  await tx.$executeRaw`
    insert into webhook_deliveries (id, endpoint_id, generation_id, type, snapshot)
    select gen_random_uuid(), e.id, g.id, ${type}, jsonb_build_object(
      'state', g.state, 'model', g.model, 'kind', g.kind, 'count', g.count, 'projectId', g.project_id,
      'metadata', g.metadata, 'errorCode', g.error_code, 'filteredCount', g.filtered_count,
      'createdAt', g.created_at, 'finishedAt', g.finished_at,
      'outputs', coalesce((
        select jsonb_agg(jsonb_build_object('index', o.index, 'mimeType', o.mime_type, 'byteSize', o.byte_size)
          order by o.index)
        from outputs o where o.generation_id = g.id and o.deleted_at is null), '[]'))
    from generations g join webhook_endpoints e on e.user_id = g.user_id
    where g.id = ${id}::uuid and e.state = 'active' and ${type} = any(e.events)
    for key share of e`;
}
