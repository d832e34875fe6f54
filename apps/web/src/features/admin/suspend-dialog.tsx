import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { AdminUser } from '../../api/types.ts';
import { useChangeUser } from '../../data/admin.ts';
import { adminText } from '../../strings/en/admin.ts';
import { Dialog } from '../../ui/dialog.tsx';
import forms from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { ReasonField } from './reason-field.tsx';

const { people: t, keep } = adminText;
const durations = [1, 24, 72, 168, 720];

/** Why, and for how long. */
export function SuspendDialog({ person, onClose }: { person: AdminUser; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [hours, setHours] = useState('');
  const change = useChangeUser(person.id);
  function submit(event: FormEvent): void {
    event.preventDefault();
    change.mutate(
      {
        state: 'suspended',
        suspended_reason: reason.trim(),
        ...(hours !== '' && { suspended_for_hours: Number(hours) }),
      },
      {
        onSuccess: () => {
          toast(t.suspended);
          onClose();
        },
      },
    );
  }
  return (
    <Dialog title={t.suspendTitle(person.display_name)} onClose={onClose}>
      <form className={forms.plain} onSubmit={submit}>
        <p className={forms.note}>{t.suspendText}</p>
        <ReasonField label={t.reason} description={t.reasonHint} value={reason} onText={setReason} />
        <SelectField label={t.hours} value={hours} onChange={setHours}>
          <option value="">{t.lifted}</option>
          {durations.map((duration) => (
            <option key={duration} value={duration}>
              {t.forHours(duration)}
            </option>
          ))}
        </SelectField>
        {change.error && <ProblemNotice error={change.error} />}
        <div className={forms.end}>
          <Button onClick={onClose}>{keep}</Button>
          <Button type="submit" variant="filled" loading={change.isPending}>
            {t.suspend}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
