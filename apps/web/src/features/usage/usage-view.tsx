import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Usage } from '../../api/types.ts';
import type { AdminSearch } from '../../data/admin-search.ts';
import { type UsageSearch, useUsage } from '../../data/watching.ts';
import { watchingText } from '../../strings/en/watching.ts';
import { number, roughly } from '../../strings/format.ts';
import { Ago } from '../../ui/ago.tsx';
import forms from '../../ui/form.module.css';
import { priceText } from '../../ui/price.ts';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { Tile, Tiles } from '../../ui/tiles.tsx';
import classes from './usage.module.css';
import { GenerationsChart, SpendChart } from './usage-course.tsx';

const { usage: t } = watchingText;
export const spans = ['1', '7', '30', '90', '365'] as const;
const steps = ['hour', 'day', 'week'] as const;

/** What was generated and spent: of everybody, where each number leads to what is behind it; or one's own. */
export function UsageView({
  search,
  span,
  everybody,
  onChange,
  linkTo,
}: {
  search: UsageSearch;
  span: (typeof spans)[number];
  everybody: boolean;
  onChange: (change: { span?: (typeof spans)[number]; by?: UsageSearch['by'] }) => void;
  /** Where a narrowing leads; null where it leads nowhere. */
  linkTo: ((narrowing: AdminSearch) => AdminSearch) | null;
}) {
  const { data: usage, error, refetch } = useUsage(search, { everybody });
  const isSpan = (value: string): value is (typeof spans)[number] => spans.some((each) => each === value);
  const isStep = (value: string): value is UsageSearch['by'] => steps.some((each) => each === value);
  return (
    <>
      <div className={classes.filters}>
        <SelectField
          label={t.span}
          value={span}
          onChange={(value) => isSpan(value) && onChange({ span: value })}
        >
          {spans.map((each) => (
            <option key={each} value={each}>
              {t.spans[each]}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t.by}
          value={search.by}
          onChange={(value) => isStep(value) && onChange({ by: value })}
        >
          {steps.map((each) => (
            <option key={each} value={each}>
              {t.steps[each]}
            </option>
          ))}
        </SelectField>
        <Button component="a" href={exportAddress(search, everybody)} download>
          {t.export}
        </Button>
      </div>
      {usage ? (
        <Whole usage={usage} everybody={everybody} linkTo={linkTo} />
      ) : (
        <Pending error={error} onRetry={() => void refetch()} />
      )}
    </>
  );
}

function Whole({
  usage,
  everybody,
  linkTo,
}: {
  usage: Usage;
  everybody: boolean;
  linkTo: ((narrowing: AdminSearch) => AdminSearch) | null;
}) {
  const { total, codes, models, latencies, users, projects, keys, from, to } = usage;
  const toGenerations = (narrowing: AdminSearch) =>
    linkTo && { ...linkTo(narrowing), view: 'generations' as const, from, to };
  const units = total.spend.map(({ settled }) => settled.unit);
  if (total.generations === 0) return <p className={forms.note}>{t.empty}</p>;
  return (
    <>
      <Tiles>
        <Tile name={t.generations} value={number(total.generations)} />
        {total.spend.map(({ estimated, settled }) => (
          <Tile
            key={settled.unit}
            name={t.spend}
            value={priceText(settled)}
            note={`${t.estimated}: ${priceText(estimated)}`}
          />
        ))}
        <Tile name={t.outputs} value={number(total.outputs)} />
        <Tile
          name={t.filtered}
          value={number(total.filtered)}
          tone={total.filtered > total.outputs / 5 ? 'attention' : 'calm'}
        />
        {everybody && <Tile name={t.activeUsers} value={number(total.active_users)} />}
      </Tiles>
      <GenerationsChart label={t.course} usage={usage} narrowing={linkTo?.({}) ?? null} />
      {units.map((unit) => (
        <SpendChart key={unit} usage={usage} unit={unit} />
      ))}
      <div className={classes.halves}>
        <Part title={t.codes}>
          {codes.length === 0 && <p className={forms.note}>{t.noCodes}</p>}
          {codes.length > 0 && (
            <Rows label={t.codes}>
              {codes.map(({ code, generations }) => (
                <Row key={code} name={<Behind to={toGenerations({ code })} name={code} />}>
                  <p>{number(generations)}</p>
                </Row>
              ))}
            </Rows>
          )}
        </Part>
        <Part title={t.latencies}>
          <Rows label={t.latencies}>
            {latencies.map(({ model, p50_seconds, p90_seconds, p99_seconds }) => (
              <Row key={model} name={model}>
                <p>{t.latency(roughly(p50_seconds), roughly(p90_seconds), roughly(p99_seconds))}</p>
              </Row>
            ))}
          </Rows>
        </Part>
        <Shares title={t.models} shares={models} toLink={(id) => toGenerations({ model: id })} />
        {everybody && (
          <Shares
            title={t.users}
            shares={users}
            toLink={(id) => linkTo && { ...linkTo({ user_id: id }), view: 'usage' }}
          />
        )}
        <Shares
          title={t.projects}
          shares={projects}
          toLink={(id) => linkTo && { ...linkTo({ project_id: id }), view: 'usage' }}
        />
        <Shares
          title={t.keys}
          shares={keys}
          toLink={(id) => linkTo && { ...linkTo({ key_id: id }), view: 'usage' }}
        />
      </div>
      <p className={forms.note}>
        <Ago time={usage.counted_until} say={t.countedUntil} />
      </p>
    </>
  );
}

function Shares({
  title,
  shares,
  toLink,
}: {
  title: string;
  shares: Usage['users'];
  toLink: (id: string) => AdminSearch | null;
}) {
  if (shares.length === 0) return null;
  return (
    <Part title={title}>
      <Rows label={title}>
        {shares.map(({ id, name, generations, failed, spend }) => (
          <Row
            key={id ?? 'gone'}
            name={
              <Behind
                to={id === null ? null : toLink(id)}
                name={name ?? (id === null ? t.nobody : watchingText.gone)}
              />
            }
          >
            <p>
              {[t.share(number(generations), failed), ...spend.map((money) => priceText(money))].join(' · ')}
            </p>
          </Row>
        ))}
      </Rows>
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.part}>
      <h2 className={classes.heading}>{title}</h2>
      {children}
    </section>
  );
}

/** A name that leads to what is behind its number, where anything does. */
function Behind({ to, name }: { to: AdminSearch | null; name: string }) {
  return to ? (
    <Link to="/admin" search={to} className={classes.link}>
      {name}
    </Link>
  ) : (
    name
  );
}

function exportAddress(search: UsageSearch, everybody: boolean): string {
  const query = new URLSearchParams(Object.entries(search).filter(([, value]) => value !== undefined));
  return `/v1/${everybody ? 'admin' : 'me'}/usage/export?${query}`;
}
