import { Button } from '@mantine/core';
import { t } from '../strings/en.ts';
import classes from './form.module.css';

/** Asks for the next part of a list, as long as there is one. */
export function ShowMore({
  list,
}: {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
}) {
  if (!list.hasNextPage) return null;
  return (
    <div className={classes.buttons}>
      <Button size="sm" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {t.gallery.more}
      </Button>
    </div>
  );
}
