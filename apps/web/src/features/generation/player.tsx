import { useState } from 'react';
import type { Output } from '../../api/types.ts';
import { t } from '../../strings/en.ts';
import { likesMotion } from '../../ui/likes-motion.ts';
import classes from './player.module.css';

/**
 * A file to look at: the browser's own player for a video, with its scrubbing and its keyboard, or the picture.
 *
 * @param autoPlay plays at once where the reader came by a click and does not mind motion
 */
export function Player({
  output,
  prompt,
  autoPlay = false,
}: {
  output: Output;
  prompt: string;
  autoPlay?: boolean;
}) {
  const [brokenUrl, setBrokenUrl] = useState<string>();
  const { url, mime_type, width, height } = output;
  if (brokenUrl === url) {
    return (
      <div className={classes.broken} role="alert">
        {t.viewer.cannotPlay}
      </div>
    );
  }
  const media = {
    className: classes.media,
    src: url,
    onError: () => setBrokenUrl(url),
    ...(width !== null && height !== null && { width, height }),
  };
  if (!mime_type.startsWith('video/')) return <img {...media} alt={t.viewer.image(prompt)} />;
  const mayPlay = autoPlay && navigator.userActivation?.hasBeenActive === true && likesMotion();
  return (
    <video
      key={url}
      {...media}
      controls
      loop
      playsInline
      preload="metadata"
      autoPlay={mayPlay}
      aria-label={t.viewer.video(prompt)}
    />
  );
}
