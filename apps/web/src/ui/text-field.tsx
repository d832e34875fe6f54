import { PasswordInput, TextInput, type TextInputProps } from '@mantine/core';
import { t } from '../strings/en.ts';
import classes from './text-field.module.css';

type Props = Pick<
  TextInputProps,
  | 'label'
  | 'description'
  | 'value'
  | 'required'
  | 'minLength'
  | 'maxLength'
  | 'min'
  | 'max'
  | 'type'
  | 'inputMode'
  | 'autoComplete'
  | 'placeholder'
  | 'error'
  | 'name'
> & {
  onText: (text: string) => void;
} & (
    | { pattern?: never }
    | {
        pattern: string;
        /** What the pattern asks for, in words: the browser says it where something else was written. */
        title: string;
      }
  );

/** A line of text. */
export function TextField({ onText, ...props }: Props) {
  return (
    <TextInput
      withAsterisk={false}
      classNames={classes}
      {...props}
      onChange={(event) => onText(event.currentTarget.value)}
    />
  );
}

/** A line that is not shown unless its writer wants to see it. */
export function SecretField({ onText, ...props }: Omit<Props, 'type'>) {
  return (
    <PasswordInput
      withAsterisk={false}
      classNames={classes}
      spellCheck={false}
      visibilityToggleButtonProps={{ 'aria-label': t.app.show(String(props.label)), tabIndex: 0 }}
      {...props}
      onChange={(event) => onText(event.currentTarget.value)}
    />
  );
}
