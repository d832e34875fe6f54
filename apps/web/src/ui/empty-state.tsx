import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

/** An empty frame that says what belongs into it, and how to fill it. */
export function EmptyState({
  title,
  text,
  isPage = false,
  children,
}: {
  title: string;
  text?: string;
  /** Nothing else is on the page: it is its heading. */
  isPage?: boolean;
  children?: ReactNode;
}) {
  const Title = isPage ? 'h1' : 'p';
  return (
    <div className={classes.frame}>
      <Title className={classes.title}>{title}</Title>
      {text && <p className={classes.text}>{text}</p>}
      {children && <div className={classes.actions}>{children}</div>}
    </div>
  );
}
