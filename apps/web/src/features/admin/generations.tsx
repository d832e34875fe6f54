import { Button } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { AdminGeneration, Me } from '../../api/types.ts';
import { useModels } from '../../data/service.ts';
import { type GenerationSearch, useEverybodysGenerations, useSample } from '../../data/watching.ts';
import { watchingText } from '../../strings/en/watching.ts';
import { t as shell } from '../../strings/en.ts';
import { fromNow } from '../../strings/format.ts';
import { LinkButton } from '../../ui/app-link.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import forms from '../../ui/form.module.css';
import { priceText } from '../../ui/price.ts';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { StateBadge, toneOf } from '../../ui/state-badge.tsx';
import { useNow } from '../../ui/use-now.ts';
import classes from './admin.module.css';
import { DayField } from './audit.tsx';

const { generations: t, clear } = watchingText;
const route = getRouteApi('/signed-in/admin');
const outcomes = [
  '',
  'succeeded',
  'failed',
  'canceled',
  'expired',
  'outcome_unknown',
  'in_progress',
] as const;

/** Everybody's generations, and some that were drawn by lot. */
export function Generations(_: { me: Me }) {
  const search = readSearch(route.useSearch());
  const isNarrowed = Object.keys(search).length > 0;
  return (
    <>
      {!isNarrowed && <Sample />}
      <All search={search} isNarrowed={isNarrowed} />
    </>
  );
}

function Sample() {
  const { data, error, isFetching, refetch } = useSample();
  return (
    <>
      <h2 className={classes.heading}>{t.sample}</h2>
      <p className={forms.note}>{t.sampleHint}</p>
      {!data && <Pending error={error} onRetry={() => void refetch()} />}
      {data?.data.length === 0 && <p className={forms.note}>{t.noneDrawn}</p>}
      {data && data.data.length > 0 && <List label={t.sample} generations={data.data} />}
      <div className={forms.buttons}>
        <Button size="sm" loading={isFetching} onClick={() => void refetch()}>
          {t.again}
        </Button>
      </div>
      <h2 className={classes.heading}>{t.all}</h2>
    </>
  );
}

function All({ search, isNarrowed }: { search: GenerationSearch; isNarrowed: boolean }) {
  const navigate = useNavigate();
  const { data: models } = useModels();
  const list = useEverybodysGenerations(search);
  const generations = list.data?.pages.flatMap(({ data }) => data);
  function narrow(change: Partial<Record<keyof GenerationSearch, string>>): void {
    const next = Object.entries({ ...search, ...change }).filter(([, value]) => value !== '');
    void navigate({ to: '/admin', search: { view: 'generations', ...Object.fromEntries(next) } });
  }
  return (
    <>
      <div className={classes.filters}>
        <SelectField
          label={t.outcome}
          value={search.outcome ?? ''}
          onChange={(outcome) => narrow({ outcome })}
        >
          {outcomes.map((value) => (
            <option key={value} value={value}>
              {t.outcomes[value]}
            </option>
          ))}
        </SelectField>
        <SelectField label={t.model} value={search.model ?? ''} onChange={(model) => narrow({ model })}>
          <option value="">{t.outcomes['']}</option>
          {models?.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <DayField label={t.from} value={search.from} onDay={(from) => narrow({ from })} />
        <DayField label={t.to} value={search.to} onDay={(to) => narrow({ to })} />
      </div>
      {isNarrowed && (
        <div className={forms.buttons}>
          {search.code && <p className={forms.note}>{t.narrowed(search.code)}</p>}
          <LinkButton size="sm" to="/admin" search={{ view: 'generations' }}>
            {clear}
          </LinkButton>
        </div>
      )}
      {!generations && <Pending error={list.error} onRetry={() => void list.refetch()} />}
      {generations?.length === 0 && <p className={forms.note}>{t.none}</p>}
      {generations && generations.length > 0 && <List label={t.all} generations={generations} />}
      <ShowMore list={list} />
    </>
  );
}

function List({ label, generations }: { label: string; generations: readonly AdminGeneration[] }) {
  const [opened, setOpened] = useState<AdminGeneration | null>(null);
  return (
    <>
      <Rows label={label}>
        {generations.map((generation) => (
          <One key={generation.id} generation={generation} onOpen={() => setOpened(generation)} />
        ))}
      </Rows>
      {opened && <Clip generation={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

function One({ generation, onOpen }: { generation: AdminGeneration; onOpen: () => void }) {
  const { prompt, status, user, created_at, model, error, cost, outputs } = generation;
  const now = useNow();
  return (
    <Row
      name={prompt}
      badge={<StateBadge tone={toneOf[status]}>{shell.gallery.statuses[status]}</StateBadge>}
      actions={
        outputs.length > 0 && (
          <Button size="sm" aria-label={t.openOf(prompt)} onClick={onOpen}>
            {t.open}
          </Button>
        )
      }
    >
      <p>
        {t.by(user.name, fromNow(created_at, now))} · {model}
        {cost && ` · ${priceText(cost)}`}
      </p>
      {error && (
        <p>
          {error.message} {error.reason}
        </p>
      )}
    </Row>
  );
}

/** Somebody else's clip. That it is opened is written down, and they who open it know. */
function Clip({ generation, onClose }: { generation: AdminGeneration; onClose: () => void }) {
  return (
    <Dialog title={generation.user.name} onClose={onClose}>
      <div className={forms.plain}>
        <p>{generation.prompt}</p>
        {generation.outputs.map(({ index, mime_type }) => {
          const address = `/v1/admin/generations/${generation.id}/outputs/${index}`;
          return mime_type.startsWith('video/') ? (
            // biome-ignore lint/a11y/useMediaCaption: what people generate comes without a text to it.
            <video key={index} className={classes.clip} src={address} controls />
          ) : (
            <img key={index} className={classes.clip} src={address} alt={generation.prompt} />
          );
        })}
        <p className={forms.note}>{t.recorded}</p>
        <div className={forms.end}>
          <Button onClick={onClose}>{shell.actions.close}</Button>
        </div>
      </div>
    </Dialog>
  );
}

function readSearch(search: Record<string, string | undefined>): GenerationSearch {
  const { user_id, project_id, key_id, model, code, from, to } = search;
  const outcome = outcomes.find((value) => value !== '' && value === search['outcome']);
  return {
    ...(user_id && { user_id }),
    ...(project_id && { project_id }),
    ...(key_id && { key_id }),
    ...(model && { model }),
    ...(code && { code }),
    ...(from && { from }),
    ...(to && { to }),
    ...(outcome && { outcome }),
  };
}
