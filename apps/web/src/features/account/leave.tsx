import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import type { Me } from '../../api/types.ts';
import { useDeleteMe } from '../../data/account.ts';
import { accountText } from '../../strings/en/account.ts';
import { t as shell } from '../../strings/en.ts';
import { Dialog } from '../../ui/dialog.tsx';
import classes from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { forgetDraft } from '../draft/draft.ts';
import { useTell } from './use-tell.ts';

const { leave: t } = accountText;

/** The way out for good. */
export function Leave({ me }: { me: Me }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <Section title={t.title} intro={t.intro}>
      <div className={classes.buttons}>
        <Button size="sm" onClick={() => setAsking(true)}>
          {t.open}
        </Button>
      </div>
      {isAsking && <LeaveDialog me={me} onClose={() => setAsking(false)} />}
    </Section>
  );
}

function LeaveDialog({ me, onClose }: { me: Me; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const remove = useDeleteMe();
  const tell = useTell();
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    try {
      // Goes on although this dialog is gone by then, with the page that it stands on.
      await remove.mutateAsync(typed);
      forgetDraft();
      onClose();
      toast(t.done);
    } catch (error) {
      // Anything else is shown from `remove.error`.
      if (toProblem(error).code !== 'sign_in_again') return;
      onClose();
      tell(error);
    }
  }
  return (
    <Dialog title={t.dialogTitle} onClose={onClose}>
      <form className={classes.plain} onSubmit={submit}>
        <ul className={classes.points}>
          {t.points.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
        <TextField
          label={t.confirm(me.display_name)}
          value={typed}
          required
          maxLength={80}
          autoComplete="off"
          onText={setTyped}
        />
        {remove.error && <ProblemNotice error={remove.error} />}
        <div className={classes.end}>
          <Button onClick={onClose}>{shell.app.cancel}</Button>
          <Button
            type="submit"
            variant="filled"
            disabled={typed !== me.display_name}
            loading={remove.isPending}
          >
            {t.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
