import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import type { Generation } from '../../api/types.ts';
import { useGeneration } from '../../data/generations.ts';
import { t } from '../../strings/en.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { StateBadge, toneOf } from '../../ui/state-badge.tsx';
import { ActionButtons } from '../generation/action-buttons.tsx';
import { Life } from '../generation/life.tsx';
import { Outcome } from '../generation/outcome.tsx';
import { Player } from '../generation/player.tsx';
import { NotFound } from '../shell/not-found.tsx';
import { Details } from './details.tsx';
import { Expiry } from './expiry.tsx';
import { Inputs } from './inputs.tsx';
import { OutputPicker } from './output-picker.tsx';
import classes from './viewer-page.module.css';

const route = getRouteApi('/signed-in/generations/$id');

/** One generation: what came of it, what it was made from, and what can be done with it. */
export function ViewerPage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useGeneration(id);
  if (data) return <Viewer key={id} generation={data} />;
  if (error) {
    const { status } = toProblem(error);
    // An address that was mistyped is no id at all, which the service calls a bad request.
    return status === 404 || status === 400 ? (
      <NotFound />
    ) : (
      <ProblemNotice error={error} onRetry={() => void refetch()} />
    );
  }
  return <div className={classes.placeholder} role="status" aria-label={t.app.loading} />;
}

function Viewer({ generation }: { generation: Generation }) {
  const navigate = useNavigate();
  const [index, setIndex] = useState(0);
  const { prompt, status, outputs } = generation;
  const output = outputs.find((candidate) => candidate.index === index) ?? outputs[0];
  const isMoving = status === 'queued' || status === 'in_progress' || status === 'canceling';
  return (
    <Page
      documentTitle={t.app.titles.generation}
      title={t.viewer.title}
      aside={
        <Link to="/gallery" className={classes.back}>
          <ArrowLeft size={16} aria-hidden />
          {t.viewer.back}
        </Link>
      }
    >
      <div className={classes.columns}>
        <div className={classes.stage}>
          {output ? (
            <Player output={output} prompt={prompt} autoPlay />
          ) : (
            <div className={classes.empty} data-moving={isMoving || undefined}>
              {isMoving ? <Life generation={generation} /> : <Outcome generation={generation} />}
              {status === 'succeeded' && <p>{t.viewer.gone}</p>}
            </div>
          )}
          {outputs.length > 1 && output && (
            <OutputPicker outputs={outputs} value={output.index} onChange={setIndex} />
          )}
          <ActionButtons
            generation={generation}
            outputIndex={output?.index ?? 0}
            onDeleted={() => void navigate({ to: '/gallery' })}
          />
          {output && <Outcome generation={generation} />}
        </div>
        <div className={classes.facts}>
          <div className={classes.state}>
            <StateBadge tone={toneOf[status]}>{t.gallery.statuses[status]}</StateBadge>
            {output && <Expiry expiresAt={output.expires_at} isPinned={generation.pinned} />}
          </div>
          <section>
            <h2 className={classes.heading}>{t.viewer.prompt}</h2>
            <p className={classes.prompt} dir="auto">
              {prompt}
            </p>
          </section>
          {generation.image_ids.length > 0 && <Inputs imageIds={generation.image_ids} />}
          <Details generation={generation} output={output} />
        </div>
      </div>
    </Page>
  );
}
