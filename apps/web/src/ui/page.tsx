import { type ReactNode, useEffect, useRef } from 'react';
import classes from './page.module.css';

/** The first page of a visit leaves the focus where browsers put it. */
let isFirst = true;

/** A page with its title, in the document's title too. Who comes from another page is taken to its beginning. */
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
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = documentTitle;
  }, [documentTitle]);
  useEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  return (
    <>
      <div className={classes.head}>
        <h1 ref={heading} className={classes.title} tabIndex={-1}>
          {title}
        </h1>
        {aside}
      </div>
      {children}
    </>
  );
}
