import { useEffect } from 'react';
import { t } from '../../strings/en.ts';
import { LinkButton } from '../../ui/app-link.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

export function NotFound() {
  useEffect(() => {
    document.title = t.app.titles.notFound;
  }, []);
  return (
    <EmptyState isPage title={t.notFound.title} text={t.notFound.text}>
      <LinkButton to="/">{t.notFound.back}</LinkButton>
    </EmptyState>
  );
}
