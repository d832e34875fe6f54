/** A page of a list, as the contract `Page` describes it. */
export interface PageOf<Item> {
  data: Item[];
  has_more: boolean;
  next: string | null;
}

/**
 * A page of at most `limit` items.
 *
 * @param rows one more than `limit`, where there are more
 * @param toCursor what a client sends as `after` to get what follows this row
 */
export async function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toCursor: (row: Row) => string,
  present: (page: readonly Row[]) => Item[] | Promise<Item[]>,
): Promise<PageOf<Item>> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const hasMore = rows.length > limit;
  return {
    data: await present(page),
    has_more: hasMore,
    next: hasMore && last ? toCursor(last) : null,
  };
}
