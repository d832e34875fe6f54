import { Button } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect, useRef } from 'react';
import type { Filters } from '../../data/filters.ts';
import { useGenerations } from '../../data/generations.ts';
import { t } from '../../strings/en.ts';
import { LinkButton } from '../../ui/app-link.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { CardGrid, CardSkeletons } from '../generation/card-grid.tsx';
import { FilterBar } from './filter-bar.tsx';
import classes from './gallery-page.module.css';

const route = getRouteApi('/signed-in/gallery');

/** Everything that was made, newest first. What narrows it stands in the address, so that it can be sent and kept. */
export function GalleryPage() {
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const list = useGenerations(filters);
  const generations = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const isFiltered = Object.keys(filters).length > 0;
  const setFilters = useCallback(
    (change: (before: Filters) => Filters) => void navigate({ search: change, replace: true }),
    [navigate],
  );

  return (
    <Page documentTitle={t.app.titles.gallery} title={t.gallery.title}>
      <FilterBar filters={filters} onChange={setFilters} />
      {list.isPending && <CardSkeletons count={6} />}
      {list.error && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && generations.length === 0 && (
        <Nothing isFiltered={isFiltered} onClear={() => setFilters(() => ({}))} />
      )}
      {generations.length > 0 && (
        <>
          <CardGrid brief generations={generations} />
          <More
            hasMore={list.hasNextPage}
            isLoading={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        </>
      )}
    </Page>
  );
}

function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) {
    return (
      <EmptyState title={t.gallery.noMatch}>
        <Button onClick={onClear}>{t.gallery.clear}</Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState title={t.gallery.empty} text={t.gallery.emptyText}>
      <LinkButton to="/" variant="filled">
        {t.gallery.toStudio}
      </LinkButton>
    </EmptyState>
  );
}

/** Reads on as its end comes near; the button is for the keyboard, and for when that failed. */
function More({ hasMore, isLoading, onMore }: { hasMore: boolean; isLoading: boolean; onMore: () => void }) {
  const end = useRef<HTMLDivElement>(null);
  const next = useRef(onMore);
  next.current = onMore;
  useEffect(() => {
    if (!hasMore || isLoading || !end.current) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && next.current(),
      { rootMargin: '600px' },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [hasMore, isLoading]);
  return (
    <div ref={end} className={classes.more}>
      {hasMore ? (
        <Button loading={isLoading} onClick={onMore}>
          {t.gallery.more}
        </Button>
      ) : (
        <p>{t.gallery.end}</p>
      )}
    </div>
  );
}
