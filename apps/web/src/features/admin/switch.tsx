import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Me, ServiceMode } from '../../api/types.ts';
import { useMode, useSetMode } from '../../data/watching.ts';
import { watchingText } from '../../strings/en/watching.ts';
import { when } from '../../strings/format.ts';
import { Dialog } from '../../ui/dialog.tsx';
import forms from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Pending } from '../../ui/rows.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';
import classes from './admin.module.css';

const { mode: t } = watchingText;
const positions = ['open', 'paused', 'closed', 'lockdown'] as const;

/** The off switch: four positions, of which all but the last are undone as easily. */
export function Switch({ me }: { me: Me }) {
  const { data: state, error, refetch } = useMode();
  const [reason, setReason] = useState('');
  const [isLocking, setLocking] = useState(false);
  const set = useSetMode();
  if (!state) return <Pending error={error} onRetry={() => void refetch()} />;
  const isAdmin = me.role === 'admin';
  const isLocked = state.mode === 'lockdown';

  function moveTo(mode: Exclude<ServiceMode['mode'], 'lockdown'>): void {
    const body = { mode, ...(reason.trim() !== '' && { reason: reason.trim() }) };
    set.mutate(body, {
      onSuccess: () => {
        setReason('');
        toast(t.done(t.names[mode]));
      },
      onError: toastProblem,
    });
  }

  return (
    <>
      <p className={forms.note}>
        {t.since(when(state.changed_at), state.changed_by?.name ?? null)}
        {state.reason !== null && ` ${state.reason}`}
      </p>
      {isLocked && <p>{t.locked}</p>}
      {isAdmin && !isLocked && (
        <TextField
          label={t.reason}
          description={t.reasonHint}
          value={reason}
          maxLength={300}
          autoComplete="off"
          onText={setReason}
        />
      )}
      <ul className={classes.modes}>
        {positions.map((mode) => (
          <li key={mode} className={classes.mode} aria-current={mode === state.mode}>
            <div>
              <h2 className={classes.modeName}>{t.names[mode]}</h2>
              <p className={forms.note}>{t.means[mode]}</p>
            </div>
            {isAdmin && !isLocked && mode !== state.mode && mode !== 'lockdown' && (
              <Button loading={set.isPending} onClick={() => moveTo(mode)}>
                {t.set(t.names[mode])}
              </Button>
            )}
            {isAdmin && !isLocked && mode === 'lockdown' && (
              <Button onClick={() => setLocking(true)}>{t.lockdown.open}</Button>
            )}
          </li>
        ))}
      </ul>
      {isLocking && <LockdownDialog state={state} reason={reason} onClose={() => setLocking(false)} />}
    </>
  );
}

function LockdownDialog({
  state,
  reason,
  onClose,
}: {
  state: ServiceMode;
  reason: string;
  onClose: () => void;
}) {
  const [word, setWord] = useState('');
  const set = useSetMode();
  const { sessions, tokens, keys, webhooks, waiting, abandoned, mails } = state.lockdown;
  const { lockdown: l } = t;
  const losses = [
    l.sessions(sessions),
    ...(tokens > 0 ? [l.tokens(tokens)] : []),
    l.keys(keys),
    ...(webhooks > 0 ? [l.webhooks(webhooks)] : []),
    ...(waiting > 0 ? [l.waiting(waiting)] : []),
    ...(abandoned > 0 ? [l.abandoned(abandoned)] : []),
  ];

  function submit(event: FormEvent): void {
    event.preventDefault();
    const body = { mode: 'lockdown' as const, confirm: word.trim() };
    set.mutate({ ...body, ...(reason.trim() !== '' && { reason: reason.trim() }) }, { onSuccess: onClose });
  }

  return (
    <Dialog title={l.title} onClose={onClose}>
      <form className={forms.plain} onSubmit={submit}>
        <p>{l.intro}</p>
        <ul className={forms.points}>
          {losses.map((loss) => (
            <li key={loss}>{loss}</li>
          ))}
        </ul>
        <p className={forms.note}>{state.sends_mail ? l.mails(mails) : l.noMail}</p>
        <p className={forms.note}>{l.back}</p>
        <TextField
          label={l.word}
          value={word}
          required
          pattern="\s*lockdown\s*"
          title={l.word}
          autoComplete="off"
          onText={setWord}
        />
        {set.error && <ProblemNotice error={set.error} />}
        <div className={forms.end}>
          <Button onClick={onClose}>{l.keep}</Button>
          <Button type="submit" variant="filled" loading={set.isPending}>
            {l.confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
