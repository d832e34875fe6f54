import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AdminSearch } from '../data/admin-search.ts';
import { number } from '../strings/format.ts';
import classes from './bar-chart.module.css';

export type PartTone = 'done' | 'failed' | 'attention' | 'working' | 'calm';

interface BarPart {
  name: string;
  value: number;
  tone: PartTone;
  /** As it is read; the plain number where left out. */
  text?: string;
}

export interface Bar {
  key: string;
  /** What it is about, in full. */
  title: string;
  parts: readonly BarPart[];
  /** What of the administration is behind it. */
  to?: AdminSearch;
}

/** Numbers over time: a bar for each step, each part of it in the colour of its kind, and a link to what is behind it. */
export function BarChart({
  label,
  bars,
  from,
  to,
}: {
  label: string;
  bars: readonly Bar[];
  from: string;
  to: string;
}) {
  const totals = bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
  const most = Math.max(...totals, 0);
  const legend = [
    ...new Map(bars.flatMap(({ parts }) => parts).map((part) => [part.name, part.tone])),
  ].filter(([name]) => bars.some(({ parts }) => parts.some((part) => part.name === name && part.value > 0)));
  return (
    <figure className={classes.chart} aria-label={label}>
      <figcaption className={classes.head}>
        <span>{label}</span>
        {legend.map(([name, tone]) => (
          <span key={name} className={classes.legend} data-tone={tone}>
            {name}
          </span>
        ))}
      </figcaption>
      <div className={classes.field}>
        <span className={classes.most}>{number(most)}</span>
        <ul className={classes.bars}>
          {bars.map((bar, index) => (
            <Column key={bar.key} bar={bar} total={totals[index] ?? 0} most={most} />
          ))}
        </ul>
      </div>
      <div className={classes.axis}>
        <span>{from}</span>
        <span>{to}</span>
      </div>
    </figure>
  );
}

function Column({ bar, total, most }: { bar: Bar; total: number; most: number }) {
  const shown = bar.parts.filter(({ value }) => value > 0);
  const words = shown.map(({ name, value, text }) => `${text ?? number(value)} ${name.toLowerCase()}`);
  const says = `${bar.title}: ${words.join(', ') || '0'}`;
  const stack: ReactNode = (
    // Set by the browser's own interface, as the page's policy lets no style be written into the document.
    <span className={classes.stack} style={{ height: `${most === 0 ? 0 : (total / most) * 100}%` }}>
      {shown.map(({ name, value, tone }) => (
        <span key={name} className={classes.part} data-tone={tone} style={{ flexGrow: value }} />
      ))}
    </span>
  );
  return (
    <li className={classes.column}>
      {bar.to && total > 0 ? (
        <Link to="/admin" search={bar.to} className={classes.bar} aria-label={says} title={says}>
          {stack}
        </Link>
      ) : (
        <span className={classes.bar} role="img" aria-label={says} title={says}>
          {stack}
        </span>
      )}
    </li>
  );
}
