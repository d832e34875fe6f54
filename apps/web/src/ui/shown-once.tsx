import { Button } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useId, useState } from 'react';
import { t } from '../strings/en.ts';
import classes from './shown-once.module.css';
import { toast } from './toasts.tsx';

/** A secret that is shown this once: to be copied now. */
export function ShownOnce({ label, value, note }: { label: string; value: string; note: string }) {
  const id = useId();
  const [isCopied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch {
      toast(t.app.copyFailed, { tone: 'failed' });
    }
  }
  return (
    <div className={classes.box} role="status">
      <label htmlFor={id} className={classes.label}>
        {label}
      </label>
      <div className={classes.line}>
        <input
          id={id}
          className={classes.value}
          readOnly
          value={value}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          className={classes.copy}
          leftSection={isCopied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
          onClick={() => void copy()}
        >
          {isCopied ? t.app.copied : t.app.copy}
        </Button>
      </div>
      <p className={classes.note}>{note}</p>
    </div>
  );
}
