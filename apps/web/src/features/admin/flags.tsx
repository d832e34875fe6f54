import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { FlagRule, Me } from '../../api/types.ts';
import { useFlags, useReplay, useSetFlag, useTestAlert } from '../../data/watching.ts';
import { watchingText } from '../../strings/en/watching.ts';
import { number, when } from '../../strings/format.ts';
import { CheckField } from '../../ui/check-field.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import forms from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';
import { severityTones } from './incident-words.ts';

const { flags: t, incidents } = watchingText;

/** The rules of the red flags: when they are raised, what is done then, and who is told. */
export function Flags({ me }: { me: Me }) {
  const { data, error, refetch } = useFlags();
  const test = useTestAlert();
  const [isChanging, setChanging] = useState<FlagRule | null>(null);
  if (!data) return <Pending error={error} onRetry={() => void refetch()} />;
  const { emails, webhook } = data.alerts;
  const isAdmin = me.role === 'admin';
  return (
    <>
      <p className={forms.note}>{t.intro}</p>
      <p className={forms.note}>{t.told(emails, webhook)}</p>
      {isAdmin && (emails > 0 || webhook) && (
        <div className={forms.buttons}>
          <Button
            loading={test.isPending}
            onClick={() =>
              test.mutate(undefined, {
                onSuccess: ({ sent }) => toast(t.tested(sent)),
                onError: toastProblem,
              })
            }
          >
            {t.test}
          </Button>
        </div>
      )}
      <Rows label={watchingText.views.flags}>
        {data.data.map((rule) => (
          <Row
            key={rule.id}
            name={rule.title}
            badge={
              <>
                <StateBadge tone={severityTones[rule.severity]}>
                  {incidents.severities[rule.severity]}
                </StateBadge>
                {!rule.enabled && <StateBadge tone="calm">{t.off}</StateBadge>}
              </>
            }
            actions={
              isAdmin && (
                <Button size="sm" aria-label={t.changeOf(rule.title)} onClick={() => setChanging(rule)}>
                  {t.change}
                </Button>
              )
            }
          >
            {rule.thresholds.length > 0 && (
              <p>
                {rule.thresholds
                  .map(({ title, value, unit }) => t.threshold(title, toText(value, unit)))
                  .join(' · ')}
              </p>
            )}
            {rule.action !== 'none' && <p>{t.actions[rule.action]}</p>}
          </Row>
        ))}
      </Rows>
      {isChanging && <FlagDialog key={isChanging.id} rule={isChanging} onClose={() => setChanging(null)} />}
    </>
  );
}

function FlagDialog({ rule, onClose }: { rule: FlagRule; onClose: () => void }) {
  const [enabled, setEnabled] = useState(rule.enabled);
  const [action, setAction] = useState(rule.action);
  const [values, setValues] = useState<Record<string, string>>(
    Object.fromEntries(rule.thresholds.map(({ name, value }) => [name, String(value)])),
  );
  const set = useSetFlag(rule.id);
  const replay = useReplay(rule.id);
  const thresholds = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));

  function submit(event: FormEvent): void {
    event.preventDefault();
    const body = { enabled, action, ...(rule.thresholds.length > 0 && { thresholds }) };
    set.mutate(body, {
      onSuccess: () => {
        toast(t.saved);
        onClose();
      },
    });
  }

  return (
    <Dialog title={rule.title} onClose={onClose}>
      <form className={forms.plain} onSubmit={submit}>
        <p className={forms.note}>{rule.about}</p>
        {rule.thresholds.map(({ name, title, unit, usual, least, most }) => (
          <TextField
            key={name}
            label={unit ? `${title} (${unit})` : title}
            description={t.usual(toText(usual, unit))}
            type="number"
            inputMode="decimal"
            required
            min={least}
            max={most}
            value={values[name] ?? ''}
            onText={(value) => setValues((before) => ({ ...before, [name]: value }))}
          />
        ))}
        {rule.actions.length > 1 && (
          <SelectField
            label={t.action}
            value={action}
            onChange={(value) => setAction(rule.actions.find((each) => each === value) ?? 'none')}
          >
            {rule.actions.map((each) => (
              <option key={each} value={each}>
                {t.actions[each]}
              </option>
            ))}
          </SelectField>
        )}
        <CheckField label={t.enabled} checked={enabled} onChange={setEnabled} />
        {replay.data && (
          <div role="status">
            <p>{t.found(replay.data.data.length, replay.data.looks)}</p>
            <ul className={forms.points}>
              {replay.data.data.slice(0, 5).map(({ subject, first_at, most }) => (
                <li key={`${subject} ${first_at}`}>
                  {t.foundOne(subject ?? incidents.service, when(first_at), number(most))}
                </li>
              ))}
            </ul>
          </div>
        )}
        {replay.error && <ProblemNotice error={replay.error} />}
        {set.error && <ProblemNotice error={set.error} />}
        <div className={forms.end}>
          <Button loading={replay.isPending} onClick={() => replay.mutate(thresholds)}>
            {t.tryOut}
          </Button>
          <Button onClick={onClose}>{t.keep}</Button>
          <Button type="submit" variant="filled" loading={set.isPending}>
            {t.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function toText(value: number, unit: string): string {
  return unit ? `${number(value)} ${unit}` : number(value);
}
