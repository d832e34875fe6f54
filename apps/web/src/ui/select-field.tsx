import { ChevronDown } from 'lucide-react';
import { type ReactNode, type Ref, useId } from 'react';
import classes from './select-field.module.css';

/** The browser's own list: every keyboard, every phone and every screen reader knows it. */
export function SelectField({
  label,
  value,
  onChange,
  children,
  note,
  ref,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
  note?: ReactNode;
  ref?: Ref<HTMLSelectElement>;
}) {
  const id = useId();
  return (
    <div className={classes.field}>
      <label htmlFor={id} className={classes.label}>
        {label}
      </label>
      <div className={classes.control}>
        <select
          ref={ref}
          id={id}
          className={classes.select}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {children}
        </select>
        <ChevronDown className={classes.arrow} size={16} aria-hidden />
      </div>
      {note && <div className={classes.note}>{note}</div>}
    </div>
  );
}
