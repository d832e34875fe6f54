import type { Output } from '../../api/types.ts';
import { t } from '../../strings/en.ts';
import classes from './facts.module.css';

/** Which of several files is shown. */
export function OutputPicker({
  outputs,
  value,
  onChange,
}: {
  outputs: readonly Output[];
  value: number;
  onChange: (index: number) => void;
}) {
  return (
    <ul className={classes.picker}>
      {outputs.map(({ index, url, mime_type }, position) => (
        <li key={index}>
          <button
            type="button"
            className={classes.pick}
            aria-pressed={index === value}
            aria-label={t.viewer.output(position + 1, outputs.length)}
            onClick={() => onChange(index)}
          >
            {mime_type.startsWith('video/') ? (
              <video src={`${url}#t=0.1`} preload="metadata" muted playsInline tabIndex={-1} />
            ) : (
              <img src={url} alt="" />
            )}
          </button>
        </li>
      ))}
    </ul>
  );
}
