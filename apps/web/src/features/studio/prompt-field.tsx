import type { Ref } from 'react';
import { t } from '../../strings/en.ts';
import classes from './composer.module.css';

/** From so few characters left on, it counts them. */
const NEAR_END = 200;

/** What to show, in words. */
export function PromptField({
  value,
  max,
  isMissing,
  onChange,
  ref,
}: {
  value: string;
  /** Characters that the model takes. */
  max: number;
  isMissing: boolean;
  onChange: (value: string) => void;
  ref: Ref<HTMLTextAreaElement>;
}) {
  const left = max - value.length;
  return (
    <div className={classes.field}>
      <label htmlFor="prompt" className={classes.label}>
        {t.studio.prompt}
      </label>
      <textarea
        ref={ref}
        id="prompt"
        className={classes.prompt}
        rows={5}
        dir="auto"
        value={value}
        placeholder={t.studio.promptPlaceholder}
        aria-describedby="prompt-left"
        aria-invalid={left < 0 || isMissing}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <div id="prompt-left" className={classes.left} data-over={left < 0 || undefined} aria-live="polite">
        {left < NEAR_END && (left < 0 ? t.studio.promptOver(-left) : t.studio.promptLeft(left))}
      </div>
    </div>
  );
}
