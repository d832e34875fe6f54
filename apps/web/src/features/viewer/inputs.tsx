import { useState } from 'react';
import { t } from '../../strings/en.ts';
import classes from './facts.module.css';

/** The pictures that a generation began with. */
export function Inputs({ imageIds }: { imageIds: readonly string[] }) {
  return (
    <section>
      <h2 className={classes.heading}>{t.viewer.inputs}</h2>
      <ul className={classes.inputs}>
        {imageIds.map((id, index) => (
          <li key={id}>
            <Input id={id} name={`${t.viewer.inputs} ${index + 1}`} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Input({ id, name }: { id: string; name: string }) {
  const [isGone, setGone] = useState(false);
  return isGone ? (
    <div className={classes.gone}>{t.viewer.inputGone}</div>
  ) : (
    <img
      className={classes.input}
      src={`/v1/uploads/${id}/content`}
      alt={name}
      loading="lazy"
      onError={() => setGone(true)}
    />
  );
}
