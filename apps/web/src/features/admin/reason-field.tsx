import { t as shell } from '../../strings/en.ts';
import { TextField } from '../../ui/text-field.tsx';

/** A sentence that has to be said, for whoever it concerns. */
export function ReasonField(props: {
  label: string;
  description: string;
  value: string;
  onText: (text: string) => void;
}) {
  return (
    <TextField
      {...props}
      required
      maxLength={300}
      pattern=".*\S.*"
      title={shell.rules.words}
      autoComplete="off"
    />
  );
}
