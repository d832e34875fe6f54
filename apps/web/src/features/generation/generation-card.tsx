import { Link } from '@tanstack/react-router';
import { Images, Play } from 'lucide-react';
import { useRef, useState } from 'react';
import type { Generation, Output } from '../../api/types.ts';
import { t } from '../../strings/en.ts';
import { clock } from '../../strings/format.ts';
import { Ago } from '../../ui/ago.tsx';
import { StateBadge, toneOf } from '../../ui/state-badge.tsx';
import { useInView } from '../../ui/use-in-view.ts';
import { ActionButtons } from './action-buttons.tsx';
import classes from './generation-card.module.css';
import { Life } from './life.tsx';
import { Outcome } from './outcome.tsx';

/** One generation among others: its picture, or what it is waiting for. */
export function GenerationCard({ generation, brief }: { generation: Generation; brief: boolean }) {
  const { id, prompt, status, outputs, created_at } = generation;
  const [first] = outputs;
  const isMoving = status === 'queued' || status === 'in_progress' || status === 'canceling';
  return (
    <article className={classes.card} data-status={status} aria-label={prompt.slice(0, 80)}>
      <Link
        to="/generations/$id"
        params={{ id }}
        className={classes.frame}
        // The same link as the prompt below, for whoever points; nobody needs to hear or reach it twice.
        aria-hidden
        tabIndex={-1}
      >
        {first ? (
          <Picture output={first} count={outputs.length} />
        ) : (
          <Waiting isMoving={isMoving} status={status} />
        )}
      </Link>
      <div className={classes.body}>
        <Link to="/generations/$id" params={{ id }} className={classes.prompt} dir="auto">
          {prompt}
        </Link>
        {isMoving && <Life generation={generation} />}
        {!isMoving && <Outcome generation={generation} brief={brief} />}
        <div className={classes.foot}>
          <span className={classes.meta}>
            {t.kinds[generation.kind].name} · <Ago time={created_at} />
            {generation.pinned && ` · ${t.gallery.isPinned}`}
            {first?.expires_at && (
              <>
                {' · '}
                <Ago time={first.expires_at} say={t.gallery.expires} />
              </>
            )}
          </span>
          <ActionButtons compact generation={generation} />
        </div>
      </div>
    </article>
  );
}

/** The first frame of a video, read only once it comes near, or a picture. */
function Picture({ output, count }: { output: Output; count: number }) {
  const frame = useRef<HTMLDivElement>(null);
  const isNear = useInView(frame);
  const [isBroken, setBroken] = useState(false);
  const isVideo = output.mime_type.startsWith('video/');
  const media = { className: classes.media, onError: () => setBroken(true) };
  return (
    <div ref={frame} className={classes.picture}>
      {isBroken && <p className={classes.note}>{t.viewer.gone}</p>}
      {isNear && !isBroken && isVideo && (
        // A still of it: the player with its controls and captions is on the generation's own page.
        <video {...media} src={`${output.url}#t=0.1`} preload="metadata" muted playsInline tabIndex={-1} />
      )}
      {isNear && !isBroken && !isVideo && <img {...media} src={output.url} alt="" loading="lazy" />}
      <span className={classes.badges}>
        {count > 1 && (
          <span className={classes.badge}>
            <Images size={14} aria-hidden /> {t.gallery.outputs(count)}
          </span>
        )}
        {isVideo && (
          <span className={classes.badge}>
            <Play size={12} fill="currentColor" aria-hidden />
            {output.duration_ms !== null && clock(output.duration_ms / 1000)}
          </span>
        )}
      </span>
    </div>
  );
}

function Waiting({ isMoving, status }: { isMoving: boolean; status: Generation['status'] }) {
  return (
    <div className={classes.waiting} data-moving={isMoving || undefined}>
      <StateBadge tone={toneOf[status]}>{t.gallery.statuses[status]}</StateBadge>
    </div>
  );
}
