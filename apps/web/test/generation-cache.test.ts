import { QueryClient } from '@tanstack/react-query';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Generation, GenerationPage } from '../src/api/types.ts';
import {
  applyGeneration,
  type Filters,
  fits,
  forgetGeneration,
  generationKeys,
  type Pages,
} from '../src/data/generation-cache.ts';
import { generation } from './support/samples.ts';

const PAGE = 3;

/** A page as the API answers it. */
function pageOf(all: readonly Generation[], after: string | null): GenerationPage {
  const rest = all
    .filter(({ id }) => after === null || id < after)
    .toSorted((a, b) => (a.id < b.id ? 1 : -1));
  const data = rest.slice(0, PAGE);
  const has_more = rest.length > PAGE;
  return { data, has_more, next: has_more ? (data.at(-1)?.id ?? null) : null };
}

function shown(client: QueryClient, filters: Filters = {}): Generation[] {
  return client.getQueryData<Pages>(generationKeys.list(filters))?.pages.flatMap(({ data }) => data) ?? [];
}

function open(client: QueryClient, all: readonly Generation[], filters: Filters = {}): void {
  const first = pageOf(
    all.filter((one) => fits(one, filters)),
    null,
  );
  client.setQueryData<Pages>(generationKeys.list(filters), { pages: [first], pageParams: [null] });
}

describe('what is known of generations', () => {
  it('is not overwritten by an older state that comes late', () => {
    const client = new QueryClient();
    const newest = generation({ prompt: 'now', updated_at: '2026-01-01T00:00:02.000Z' });
    open(client, [newest]);
    client.setQueryData(generationKeys.one(newest.id), newest);
    applyGeneration(client, { ...newest, prompt: 'before', updated_at: '2026-01-01T00:00:01.000Z' });
    expect(shown(client)).toEqual([newest]);
    expect(client.getQueryData(generationKeys.one(newest.id))).toEqual(newest);
  });

  it('leaves a filtered list with what no longer fits, and enters one that it now fits', () => {
    const client = new QueryClient();
    const running = generation({ status: 'in_progress', stage: 'running' });
    open(client, [running], { status: 'in_progress' });
    open(client, [running], { status: 'succeeded' });
    applyGeneration(client, { ...running, status: 'succeeded', updated_at: '2026-01-01T00:00:01.000Z' });
    expect(shown(client, { status: 'in_progress' })).toEqual([]);
    expect(shown(client, { status: 'succeeded' }).map(({ id }) => id)).toEqual([running.id]);
  });

  it('keeps the list of the unfinished true', () => {
    const client = new QueryClient();
    client.setQueryData<Generation[]>(generationKeys.unfinished, []);
    const queued = generation({ status: 'queued', stage: 'queued' });
    applyGeneration(client, queued);
    expect(client.getQueryData<Generation[]>(generationKeys.unfinished)).toEqual([queued]);
    applyGeneration(client, { ...queued, status: 'canceled', updated_at: '2026-01-01T00:00:01.000Z' });
    expect(client.getQueryData<Generation[]>(generationKeys.unfinished)).toEqual([]);
  });

  it('shows just what the service has, without gap or double, whatever comes between two pages', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('create' as const), isHeard: fc.boolean() }),
      fc.record({ do: fc.constant('change' as const), at: fc.nat() }),
      fc.record({ do: fc.constant('delete' as const), at: fc.nat() }),
      fc.record({ do: fc.constant('read on' as const) }),
    );
    fc.assert(
      fc.property(fc.nat({ max: 9 }), fc.array(step, { maxLength: 40 }), (before, steps) => {
        const client = new QueryClient();
        let service = Array.from({ length: before }, () => generation());
        let time = 0;
        open(client, service);
        for (const next of steps) {
          time += 1;
          const updated_at = new Date(Date.UTC(2026, 1, 1) + time).toISOString();
          if (next.do === 'create') {
            const one = generation({ updated_at });
            service = [...service, one];
            applyGeneration(client, one);
            // An event may come twice: the stream reads again what it may have missed.
            if (next.isHeard) applyGeneration(client, one);
          } else if (next.do === 'read on') {
            const pages = client.getQueryData<Pages>(generationKeys.list({}));
            const after = pages?.pages.at(-1)?.next ?? null;
            if (!pages || after === null) continue;
            client.setQueryData<Pages>(generationKeys.list({}), {
              pages: [...pages.pages, pageOf(service, after)],
              pageParams: [...pages.pageParams, after],
            });
          } else if (service.length > 0) {
            const index = next.at % service.length;
            const one = service[index];
            if (!one) continue;
            if (next.do === 'delete') {
              service = service.toSpliced(index, 1);
              forgetGeneration(client, one.id);
            } else {
              const changed = { ...one, prompt: `changed ${time}`, updated_at };
              service = service.with(index, changed);
              applyGeneration(client, changed);
            }
          }
          const last = client.getQueryData<Pages>(generationKeys.list({}))?.pages.at(-1);
          const end = last?.next ?? null;
          const expected = service
            .filter(({ id }) => end === null || id >= end)
            .toSorted((a, b) => (a.id < b.id ? 1 : -1));
          expect(shown(client)).toEqual(expected);
        }
      }),
      { numRuns: 500 },
    );
  });
});
