import { kinds } from '@veogate/shared/domain/models';
import type { GenerationStatus } from '../api/types.ts';
import { t } from '../strings/en.ts';
import type { Filters } from './generation-cache.ts';

export type { Filters };

export const statuses = Object.keys(t.gallery.statuses) as GenerationStatus[];

/** The filters that an address names; what it does not name rightly is left out. */
export function readFilters(search: Record<string, unknown>): Filters {
  const { status, kind, model, project, pinned, q } = search;
  return {
    ...optional('status', oneOf(statuses, status)),
    ...optional('kind', oneOf(kinds, kind)),
    ...optional('model', text(model, 100)),
    ...optional('project', text(project, 36)),
    // An address that holds `true` arrives as a truth value.
    ...optional('pinned', String(pinned) === 'true' ? (true as const) : undefined),
    ...optional('q', text(q, 200)),
  };
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown): T | undefined {
  return allowed.find((candidate) => candidate === value);
}

/** A search for `42` arrives as a number. */
function text(value: unknown, max: number): string | undefined {
  const words =
    typeof value === 'string' || typeof value === 'number' ? String(value).replaceAll('\0', '').trim() : '';
  return words === '' ? undefined : words.slice(0, max);
}

function optional<Name extends string, T>(name: Name, value: T | undefined): { [K in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: T };
}
