import { type ReactNode, useEffect } from 'react';
import classes from './page.module.css';

/** A page with its title, in the document's title too. */
export function Page({
  documentTitle,
  title,
  aside,
  children,
}: {
  documentTitle: string;
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = documentTitle;
  }, [documentTitle]);
  return (
    <>
      <div className={classes.head}>
        <h1 className={classes.title}>{title}</h1>
        {aside}
      </div>
      {children}
    </>
  );
}
