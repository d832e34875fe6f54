import type { Generation } from '../../api/types.ts';
import { t } from '../../strings/en.ts';
import { clock, roughly, whenSoon } from '../../strings/format.ts';
import { useNow } from '../../ui/use-now.ts';
import classes from './life.module.css';

/** Where a generation that is under way stands: what happens now, since when, and how long it usually takes. */
export function Life({ generation }: { generation: Generation }) {
  const step = stepOf(generation);
  return (
    <div className={classes.life}>
      <p className={classes.now}>{sentenceOf(generation)}</p>
      {generation.waiting && <Waiting waiting={generation.waiting} />}
      {step !== undefined && (
        <ol className={classes.steps} aria-label={t.life.stepOf(t.life.steps[step] ?? '', step + 1, 4)}>
          {t.life.steps.map((name, index) => (
            <li
              key={name}
              data-state={index < step ? 'done' : index === step ? 'now' : 'to come'}
              aria-hidden
            >
              {name}
            </li>
          ))}
        </ol>
      )}
      <Clock generation={generation} />
    </div>
  );
}

/** Why it does not go on right now, what that means for whoever waits, and when it does. */
function Waiting({ waiting }: { waiting: NonNullable<Generation['waiting']> }) {
  const { message, reason, advice, until } = waiting;
  const now = useNow();
  const isAhead = until !== null && Date.parse(until) > now;
  return (
    <div className={classes.waiting} role="note">
      <p>
        {message} {advice} {isAhead && t.life.triedAgain(whenSoon(until, now))}
      </p>
      {reason && reason !== message && <p className={classes.reason}>{t.life.reason(reason)}</p>}
    </div>
  );
}

/** Times that were measured, and one that is an estimate and says so. */
function Clock({ generation }: { generation: Generation }) {
  const now = useNow();
  const { status, created_at, submitted_at, estimate } = generation;
  if (status !== 'queued' && status !== 'in_progress' && status !== 'canceling') return null;
  const seconds = (now - Date.parse(submitted_at ?? created_at)) / 1000;
  const { expected_seconds: expected, wait_seconds: wait } = estimate;
  const usual = roughly(expected);
  return (
    <p className={classes.clock}>
      <span className={classes.digits}>{t.life.elapsed(clock(seconds))}</span>
      {status === 'queued' && wait && wait.p90 > 0 && (
        <span> · {t.life.wait(roughly(wait.p50), roughly(wait.p90))}</span>
      )}
      {status === 'in_progress' && (
        <span> · {seconds > expected * 1.5 ? t.life.longer(usual) : t.life.usually(usual)}</span>
      )}
    </p>
  );
}

function sentenceOf({ status, stage, queue_position }: Generation): string {
  if (status === 'queued') return t.life.queued(queue_position);
  if (status === 'canceling') return t.life.canceling;
  switch (stage) {
    case 'submitting':
      return t.life.submitting;
    case 'storing':
      return t.life.storing;
    default:
      return t.life.running;
  }
}

/** Which of the four steps it is at; undefined where it left them. */
function stepOf({ status, stage }: Generation): number | undefined {
  if (status !== 'queued' && status !== 'in_progress') return undefined;
  const steps: Partial<Record<Generation['stage'], number>> = { submitting: 1, running: 2, storing: 3 };
  return steps[stage] ?? 0;
}
