import { VisuallyHidden } from '@mantine/core';
import { ArrowLeftRight, ImagePlus, RotateCw, X } from 'lucide-react';
import { useRef, useState } from 'react';
import type { KindRules } from '../../api/types.ts';
import { t } from '../../strings/en.ts';
import classes from './image-slots.module.css';
import { accepted, type DraftImage, type Images } from './use-images.ts';

/** A place for each image that the mode takes, in the order that the provider gets them. */
export function ImageSlots({ rules, images }: { rules: KindRules['images']; images: Images }) {
  const used = images.images.slice(0, rules.max);
  // One empty place after what is there: it is filled next.
  const places = Math.min(
    rules.max,
    Math.max(used.length + 1, rules.min, rules.roles.includes('end') ? 2 : 1),
  );
  const slots = Array.from({ length: places }, (_, index) => ({ index, role: nameOf(rules, index) }));
  const canSwap = rules.roles.includes('end') && used.length === 2;
  return (
    <fieldset className={classes.field}>
      <legend className={classes.legend}>{t.images.label}</legend>
      <ol className={classes.slots}>
        {slots.map(({ index, role }) => {
          const image = used[index];
          return (
            <li key={image?.key ?? `empty ${index}`} className={classes.slot}>
              {image ? (
                <Filled image={image} role={role} index={index} images={images} isReference={!canSwap} />
              ) : (
                <Empty role={role} isOptional={index >= rules.min} onFiles={(files) => images.add(files)} />
              )}
            </li>
          );
        })}
      </ol>
      <div className={classes.foot}>
        <p className={classes.help}>{t.images.help}</p>
        {canSwap && (
          <button type="button" className={classes.swap} onClick={() => images.moveEarlier(1)}>
            <ArrowLeftRight size={16} aria-hidden />
            {t.images.swap}
          </button>
        )}
      </div>
    </fieldset>
  );
}

function Empty({
  role,
  isOptional,
  onFiles,
}: {
  role: string;
  isOptional: boolean;
  onFiles: (files: File[]) => void;
}) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className={classes.empty} onClick={() => picker.current?.click()}>
        <ImagePlus size={22} strokeWidth={1.5} aria-hidden />
        <span aria-hidden>{role}</span>
        {isOptional && <span className={classes.optional}>{t.images.optional}</span>}
        <VisuallyHidden>{t.images.add(role)}</VisuallyHidden>
      </button>
      <input
        ref={picker}
        type="file"
        accept={accepted}
        multiple
        hidden
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // The same file can be chosen again after it was removed.
          currentTarget.value = '';
        }}
      />
    </>
  );
}

function Filled({
  image,
  role,
  index,
  images,
  isReference,
}: {
  image: DraftImage;
  role: string;
  index: number;
  images: Images;
  isReference: boolean;
}) {
  const [isBroken, setBroken] = useState(false);
  return (
    <div className={classes.filled} data-state={image.state}>
      {isBroken ? (
        <div className={classes.picture} />
      ) : (
        <img
          className={classes.picture}
          src={image.src}
          alt={t.images.alt(role)}
          onError={() => {
            setBroken(true);
            if (image.state === 'ready') images.markGone(image.key);
          }}
        />
      )}
      <span className={classes.role}>{role}</span>
      {image.state === 'uploading' && (
        <span className={classes.uploading} role="status">
          {t.images.uploading}
        </span>
      )}
      <div className={classes.tools}>
        {isReference && index > 0 && (
          <button
            type="button"
            className={classes.tool}
            aria-label={t.images.earlier(role)}
            onClick={() => images.moveEarlier(index)}
          >
            <ArrowLeftRight size={16} aria-hidden />
          </button>
        )}
        {image.state === 'failed' && image.file && (
          <button
            type="button"
            className={classes.tool}
            aria-label={t.images.retry}
            onClick={() => images.retry(image)}
          >
            <RotateCw size={16} aria-hidden />
          </button>
        )}
        <button
          type="button"
          className={classes.tool}
          aria-label={t.images.remove(role)}
          onClick={() => images.remove(image.key)}
        >
          <X size={16} aria-hidden />
        </button>
      </div>
      {image.problem && (
        <p className={classes.problem} role="alert">
          {image.problem}
        </p>
      )}
    </div>
  );
}

/** `First`, `Last`, `Picture 2`. */
function nameOf({ roles, max }: KindRules['images'], index: number): string {
  const role = roles[index] ?? 'reference';
  const alike = roles.filter((other) => other === role).length;
  const isOnly = max === 1 || alike === 1;
  return t.images.slot(t.images.roles[role], index + 1, isOnly ? 1 : alike);
}
