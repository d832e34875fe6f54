import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AdminSearch } from '../data/admin-search.ts';
import classes from './tiles.module.css';

/** Numbers beside each other. */
export function Tiles({ children }: { children: ReactNode }) {
  return <dl className={classes.tiles}>{children}</dl>;
}

/** One number, what it is about, and a link to what is behind it. */
export function Tile({
  name,
  value,
  note,
  tone = 'calm',
  to,
}: {
  name: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: 'calm' | 'attention' | 'failed';
  to?: AdminSearch;
}) {
  return (
    <div className={classes.tile} data-tone={tone}>
      <dt className={classes.name}>
        {to ? (
          <Link to="/admin" search={to} className={classes.link}>
            {name}
          </Link>
        ) : (
          name
        )}
      </dt>
      <dd className={classes.value}>{value}</dd>
      {note && <dd className={classes.note}>{note}</dd>}
    </div>
  );
}
