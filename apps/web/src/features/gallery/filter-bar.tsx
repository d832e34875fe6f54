import { Button } from '@mantine/core';
import { Pin, Search } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Kind, Model } from '../../api/types.ts';
import { type Filters, readFilters, statuses } from '../../data/filters.ts';
import { useProjects } from '../../data/projects.ts';
import { useModels } from '../../data/service.ts';
import { t } from '../../strings/en.ts';
import { SelectField } from '../../ui/select-field.tsx';
import classes from './filter-bar.module.css';

/** A search follows the typing, but not every letter of it. Milliseconds. */
const TYPING_MS = 300;

export function FilterBar({
  filters,
  onChange,
}: {
  filters: Filters;
  /** Changes the filters as they are by then: a quick hand may have changed others meanwhile. */
  onChange: (change: (before: Filters) => Filters) => void;
}) {
  const { data: models = [] } = useModels();
  const { data: projects = [] } = useProjects();
  const set = (name: keyof Filters, value: string) =>
    onChange((before) => readFilters({ ...before, [name]: value }));
  const search = useCallback((q: string) => onChange((before) => readFilters({ ...before, q })), [onChange]);
  const kinds = [...new Set(models.flatMap((model) => model.kinds.map(({ kind }) => kind)))];
  return (
    <search className={classes.bar} aria-label={t.gallery.filters}>
      <SearchField value={filters.q ?? ''} onChange={search} />
      <SelectField
        label={t.gallery.status}
        value={filters.status ?? ''}
        onChange={(value) => set('status', value)}
      >
        <option value="">{t.gallery.any}</option>
        {statuses.map((status) => (
          <option key={status} value={status}>
            {t.gallery.statuses[status]}
          </option>
        ))}
      </SelectField>
      <SelectField label={t.gallery.kind} value={filters.kind ?? ''} onChange={(value) => set('kind', value)}>
        <option value="">{t.gallery.any}</option>
        {withCurrent(kinds, filters.kind).map((kind) => (
          <option key={kind} value={kind}>
            {t.kinds[kind].name}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t.gallery.model}
        value={filters.model ?? ''}
        onChange={(value) => set('model', value)}
      >
        <option value="">{t.gallery.any}</option>
        {withCurrent(
          models.map(({ id }) => id),
          filters.model,
        ).map((id) => (
          <option key={id} value={id}>
            {nameOf(models, id)}
          </option>
        ))}
      </SelectField>
      {projects.length > 1 && (
        <SelectField
          label={t.gallery.project}
          value={filters.project ?? ''}
          onChange={(value) => set('project', value)}
        >
          <option value="">{t.gallery.any}</option>
          {projects.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      <Button
        variant={filters.pinned ? 'filled' : 'default'}
        size="sm"
        className={classes.toggle}
        leftSection={<Pin size={16} strokeWidth={1.75} aria-hidden />}
        aria-pressed={filters.pinned === true}
        onClick={() => onChange((before) => readFilters({ ...before, pinned: !before.pinned }))}
      >
        {t.gallery.pinned}
      </Button>
      {Object.keys(filters).length > 0 && (
        <Button variant="subtle" size="sm" className={classes.clear} onClick={() => onChange(() => ({}))}>
          {t.gallery.clear}
        </Button>
      )}
    </search>
  );
}

function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    if (value === told.current) return;
    // The address changed by other means, such as the back button.
    told.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => {
    const words = typed.trim();
    if (words === told.current) return;
    const timer = setTimeout(() => {
      told.current = words;
      onChange(words);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, onChange]);
  return (
    <div className={classes.search}>
      <label htmlFor="search" className={classes.label}>
        {t.gallery.search}
      </label>
      <div className={classes.control}>
        <Search size={16} className={classes.icon} aria-hidden />
        <input
          id="search"
          type="search"
          className={classes.input}
          maxLength={200}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </div>
    </div>
  );
}

/** What an address asks for is offered, even where nothing makes it any more. */
function withCurrent<T extends string | Kind>(offered: readonly T[], current: T | undefined): T[] {
  return current === undefined || offered.includes(current) ? [...offered] : [...offered, current];
}

function nameOf(models: readonly Model[], id: string): string {
  return models.find((model) => model.id === id)?.name ?? id;
}
