import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { AdminUser } from '../../api/types.ts';
import { useChangeUser } from '../../data/admin.ts';
import { adminText } from '../../strings/en/admin.ts';
import { t as shell } from '../../strings/en.ts';
import { Dialog } from '../../ui/dialog.tsx';
import forms from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';

const { people: t, keep } = adminText;

/** How many generations one person may begin within the window. */
export function LimitDialog({ person, onClose }: { person: AdminUser; onClose: () => void }) {
  const { id, display_name: name, generation_limit: before } = person;
  const [limit, setLimit] = useState(before === null ? '' : String(before));
  const change = useChangeUser(id);
  function submit(event: FormEvent): void {
    event.preventDefault();
    const done = () => {
      toast(t.limitSet);
      onClose();
    };
    change.mutate({ generation_limit: limit === '' ? null : Number(limit) }, { onSuccess: done });
  }
  return (
    <Dialog title={t.limitTitle(name)} onClose={onClose}>
      <form className={forms.plain} onSubmit={submit}>
        <p className={forms.note}>{t.limitText}</p>
        <TextField
          label={t.generationLimit}
          description={t.generationLimitHint}
          value={limit}
          inputMode="numeric"
          pattern="[1-9][0-9]{0,4}"
          title={shell.rules.whole(99_999)}
          maxLength={5}
          autoComplete="off"
          onText={setLimit}
        />
        {change.error && <ProblemNotice error={change.error} />}
        <div className={forms.end}>
          <Button onClick={onClose}>{keep}</Button>
          <Button type="submit" variant="filled" loading={change.isPending}>
            {t.saveLimit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
