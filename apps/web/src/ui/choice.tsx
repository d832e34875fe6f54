import { type ReactNode, useId } from 'react';
import classes from './choice.module.css';

interface Option<T extends string> {
  value: T;
  name: ReactNode;
  /** Why it cannot be chosen; undefined where it can. */
  unavailable?: string | undefined;
}

/** One of a few: radio buttons that look like a row of keys, with all of a radio group's own keyboard. */
export function Choice<T extends string>({
  legend,
  options,
  value,
  onChange,
  hint,
  wide = false,
}: {
  legend: string;
  options: readonly Option<T>[];
  value: T;
  onChange: (value: T) => void;
  /** Said below, before what cannot be chosen. */
  hint?: string;
  /** Fills the line. */
  wide?: boolean;
}) {
  const group = useId();
  const notes = [hint ?? [], options.flatMap((option) => option.unavailable ?? [])].flat();
  return (
    <fieldset className={classes.group} data-wide={wide || undefined}>
      <legend className={classes.legend}>{legend}</legend>
      <div className={classes.row}>
        {options.map((option) => (
          <label
            key={option.value}
            className={classes.option}
            title={option.unavailable}
            data-disabled={option.unavailable ? true : undefined}
          >
            <input
              type="radio"
              name={group}
              value={option.value}
              checked={option.value === value}
              disabled={option.unavailable !== undefined}
              onChange={() => onChange(option.value)}
            />
            <span>{option.name}</span>
          </label>
        ))}
      </div>
      {notes.length > 0 && <p className={classes.note}>{notes.join(' ')}</p>}
    </fieldset>
  );
}
