import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Generation, GenerationPage, GenerationStatus, Kind } from '../api/types.ts';

/** What the gallery is narrowed to. */
export interface Filters {
  status?: GenerationStatus | undefined;
  kind?: Kind | undefined;
  model?: string | undefined;
  /** The id of a project. */
  project?: string | undefined;
  /** Only what is pinned. */
  pinned?: true | undefined;
  q?: string | undefined;
}

/** Everything that still moves, or waits for its owner's word. */
export const unfinishedStatuses = [
  'queued',
  'in_progress',
  'canceling',
  'outcome_unknown',
  'expired',
] as const satisfies GenerationStatus[];

export const generationKeys = {
  all: ['generations'] as const,
  unfinished: ['generations', 'unfinished'] as const,
  list: (filters: Filters) => ['generations', 'list', filters] as const,
  one: (id: string) => ['generations', 'one', id] as const,
};

export type Pages = InfiniteData<GenerationPage, string | null>;

/**
 * Puts the current state of a generation wherever it is shown. An older one than is known changes nothing.
 *
 * @returns whether it has ended by this
 */
export function applyGeneration(client: QueryClient, next: Generation): boolean {
  const unfinished = client.getQueryData<Generation[]>(generationKeys.unfinished);
  const wasUnfinished = unfinished?.some(({ id }) => id === next.id) === true;
  // A key shows how much of its work is under way, and perhaps its quota changed.
  if (wasUnfinished !== isUnfinished(next)) void client.invalidateQueries({ queryKey: ['keys'] });
  client.setQueryData<Generation>(generationKeys.one(next.id), (known) => newer(known, next));
  client.setQueryData<Generation[]>(
    generationKeys.unfinished,
    (list) => list && place(list, next, isUnfinished(next), null),
  );
  for (const [key] of client.getQueriesData<Pages>({ queryKey: ['generations', 'list'] })) {
    const filters = key[2] as Filters; // Put there by `generationKeys.list`.
    client.setQueryData<Pages>(key, (pages) => pages && placeInPages(pages, next, fits(next, filters)));
  }
  return wasUnfinished && !isUnfinished(next);
}

/** Takes a deleted generation out of everything that is shown. */
export function forgetGeneration(client: QueryClient, id: string): void {
  client.removeQueries({ queryKey: generationKeys.one(id) });
  client.setQueryData<Generation[]>(generationKeys.unfinished, (list) =>
    list?.filter((other) => other.id !== id),
  );
  client.setQueriesData<Pages>(
    { queryKey: ['generations', 'list'] },
    (pages) => pages && mapPages(pages, (list) => list.filter((other) => other.id !== id)),
  );
}

export function isUnfinished({ status }: Generation): boolean {
  return unfinishedStatuses.some((unfinished) => unfinished === status);
}

/** Whether the API would list it under these filters. */
export function fits(generation: Generation, { status, kind, model, project, pinned, q }: Filters): boolean {
  return (
    (status === undefined || generation.status === status) &&
    (kind === undefined || generation.kind === kind) &&
    (model === undefined || generation.model === model) &&
    (project === undefined || generation.project_id === project) &&
    (pinned === undefined || generation.pinned) &&
    (q === undefined || generation.prompt.toLowerCase().includes(q.toLowerCase()))
  );
}

function newer(known: Generation | undefined, next: Generation): Generation {
  return known && known.updated_at > next.updated_at ? known : next;
}

/**
 * A list, newest first, with `next` in its place or without it.
 *
 * @param end the cursor that the list reaches to, and null where it reaches to the very first; what is older belongs
 *   to a page that was not read yet
 */
function place(list: Generation[], next: Generation, belongs: boolean, end: string | null): Generation[] {
  const known = list.find(({ id }) => id === next.id);
  const others = list.filter(({ id }) => id !== next.id);
  if (!belongs) return known && known.updated_at > next.updated_at ? list : others;
  if (known) return list.map((other) => (other.id === next.id ? newer(other, next) : other));
  // Ids are UUIDv7: their order is that of their making.
  const index = others.findIndex(({ id }) => id < next.id);
  if (index >= 0) return others.toSpliced(index, 0, next);
  return end === null || next.id >= end ? [...others, next] : others;
}

function placeInPages(pages: Pages, next: Generation, belongs: boolean): Pages {
  const end = pages.pages.at(-1)?.next ?? null;
  const all = pages.pages.flatMap(({ data }) => data);
  return redistribute(pages, place(all, next, belongs, end));
}

function mapPages(pages: Pages, change: (list: Generation[]) => Generation[]): Pages {
  return redistribute(pages, change(pages.pages.flatMap(({ data }) => data)));
}

/** Keeps every page's cursor: what is new lengthens the first page that it fits into, and no later one has a gap. */
function redistribute({ pages, pageParams }: Pages, all: Generation[]): Pages {
  let rest = all;
  const filled = pages.map((page, index) => {
    const isLast = index === pages.length - 1;
    const { next } = page;
    const end = isLast || next === null ? rest.length : rest.findIndex(({ id }) => id < next);
    const data = rest.slice(0, end < 0 ? rest.length : end);
    rest = rest.slice(data.length);
    return { ...page, data };
  });
  return { pages: filled, pageParams };
}
