import type { Me } from '../../api/types.ts';
import { useOverview } from '../../data/watching.ts';
import { watchingText } from '../../strings/en/watching.ts';
import { bytes, number, roughly } from '../../strings/format.ts';
import { Ago } from '../../ui/ago.tsx';
import forms from '../../ui/form.module.css';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { Tile, Tiles } from '../../ui/tiles.tsx';
import { UsageCourse } from '../usage/usage-course.tsx';
import classes from './admin.module.css';

const { overview: t } = watchingText;
const FULL_PERCENT = 85;

/** How the service does, in one look. */
export function Overview(_: { me: Me }) {
  const { data, error, refetch } = useOverview();
  if (!data) return <Pending error={error} onRetry={() => void refetch()} />;
  const { incidents, checklist, users, keys, queue, today, storage, processes } = data;
  const wait = queue.oldest_wait_seconds;
  const isFull = (storage.disk_used_percent ?? 0) >= FULL_PERCENT;
  return (
    <>
      <Tiles>
        <Tile
          name={t.flags}
          value={number(incidents.unresolved)}
          note={t.flagsOf(incidents.unresolved, incidents.critical)}
          tone={incidents.critical > 0 ? 'failed' : incidents.unresolved > 0 ? 'attention' : 'calm'}
          to={{ view: 'incidents' }}
        />
        <Tile
          name={t.checklist}
          value={number(checklist.due + checklist.overdue)}
          note={t.checklistOf(checklist.due, checklist.overdue)}
          tone={checklist.overdue > 0 ? 'attention' : 'calm'}
          to={{ view: 'checklist' }}
        />
        <Tile
          name={t.today}
          value={number(today.generations)}
          note={t.todayOf(today.failed)}
          to={{ view: 'generations' }}
        />
        <Tile
          name={t.queue}
          value={number(queue.waiting)}
          note={t.queueOf(queue.in_flight, wait === null ? null : roughly(wait))}
          to={{ view: 'queue' }}
        />
        <Tile
          name={t.people}
          value={number(users.total)}
          note={t.peopleOf(users.active_today, users.suspended)}
          to={{ view: 'people' }}
        />
        <Tile
          name={t.keys}
          value={number(keys.active)}
          note={t.keysOf(keys.to_mend)}
          tone={keys.to_mend > 0 ? 'attention' : 'calm'}
          to={{ view: 'audit', action: 'key.' }}
        />
        <Tile
          name={t.storage}
          value={bytes(storage.bytes)}
          note={t.storageOf(storage.disk_used_percent)}
          tone={isFull ? 'attention' : 'calm'}
        />
      </Tiles>
      <UsageCourse label={t.course} />
      <div className={classes.halves}>
        <section className={classes.half}>
          <h2 className={classes.heading}>{t.processes}</h2>
          {processes.length === 0 && <p className={forms.note}>{t.noProcess}</p>}
          {processes.length > 0 && (
            <Rows label={t.processes}>
              {processes.map(({ name, loop_lag_ms, memory_mb, seen_at }) => (
                <Row key={name} name={name}>
                  <p>
                    {t.process(loop_lag_ms, memory_mb)} · <Ago time={seen_at} />
                  </p>
                </Row>
              ))}
            </Rows>
          )}
        </section>
        {storage.users.length > 0 && (
          <section className={classes.half}>
            <h2 className={classes.heading}>{t.mostStorage}</h2>
            <Rows label={t.mostStorage}>
              {storage.users.map((user) => (
                <Row key={user.id} name={user.name}>
                  <p>{bytes(user.bytes)}</p>
                </Row>
              ))}
            </Rows>
          </section>
        )}
      </div>
    </>
  );
}
