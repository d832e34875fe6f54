import { type ReactNode, useId } from 'react';
import classes from './section.module.css';

/** A part of a page that is read and changed by itself: what it is about stands beside what it holds. */
export function Section({ title, intro, children }: { title: string; intro?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div>
        <h2 id={id} className={classes.title}>
          {title}
        </h2>
        {intro && <p className={classes.intro}>{intro}</p>}
      </div>
      <div className={classes.body}>{children}</div>
    </section>
  );
}
