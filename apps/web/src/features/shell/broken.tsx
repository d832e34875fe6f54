import { Button } from '@mantine/core';
import { t } from '../../strings/en.ts';
import { EmptyState } from '../../ui/empty-state.tsx';

/** A fault of ours, or a part of the page that could not be loaded: a newer version may have replaced it. */
export function Broken() {
  return (
    <EmptyState isPage title={t.problems.crashed} text={t.problems.nothingLost}>
      <Button onClick={() => location.reload()}>{t.problems.reload}</Button>
    </EmptyState>
  );
}
