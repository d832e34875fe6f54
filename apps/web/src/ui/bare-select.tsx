import { ChevronDown } from 'lucide-react';
import classes from './select-field.module.css';

/** The browser's own list where the row that it stands in says what it is about. */
export function BareSelect<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly { value: T; name: string }[];
  onChange: (value: T) => void;
}) {
  return (
    <div className={classes.control}>
      <select
        aria-label={label}
        className={classes.select}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.currentTarget.value);
          if (chosen) onChange(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
      <ChevronDown className={classes.arrow} size={16} aria-hidden />
    </div>
  );
}
