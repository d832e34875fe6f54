import classes from './meter.module.css';

/** How much is left of something; it changes its colour when that is little. */
export function Meter({ left, total, label }: { left: number; total: number; label: string }) {
  return (
    <meter
      className={classes.meter}
      min={0}
      max={Math.max(total, Number.MIN_VALUE)}
      low={total / 10}
      optimum={total}
      value={left}
      aria-label={label}
    />
  );
}
