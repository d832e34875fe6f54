import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { CreateInvitation } from '../../api/types.ts';
import { useInvite } from '../../data/admin.ts';
import { adminText } from '../../strings/en/admin.ts';
import { t as shell } from '../../strings/en.ts';
import { Choice } from '../../ui/choice.tsx';
import forms from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';

const { invitations: t, roles } = adminText;
const kinds = ['link', 'email', 'domain', 'group'] as const;
const roleNames = ['member', 'auditor', 'admin'] as const;
/** '': as the service does where nothing is said. */
const ends = ['', '24', '168', '720'] as const;

/** Invites one person, or everybody of a domain or group. */
export function Invite() {
  const [kind, setKind] = useState<(typeof kinds)[number]>('link');
  const [value, setValue] = useState('');
  const [role, setRole] = useState<(typeof roleNames)[number]>('member');
  const [seats, setSeats] = useState('');
  const [allowance, setAllowance] = useState('');
  const [note, setNote] = useState('');
  const [hours, setHours] = useState('');
  const invite = useInvite();
  const hasSeats = kind === 'domain' || kind === 'group';

  function submit(event: FormEvent): void {
    event.preventDefault();
    const body: CreateInvitation = {
      kind,
      role,
      ...(kind !== 'link' && { value: value.trim() }),
      ...(hasSeats && seats !== '' && { seats: Number(seats) }),
      ...(allowance !== '' && { allowance: { amount: allowance, unit: 'credits' } }),
      ...(note.trim() !== '' && { note: note.trim() }),
      ...(hours !== '' && { expires_in_hours: Number(hours) }),
    };
    invite.mutate(body, {
      onSuccess: ({ url }) => {
        setValue('');
        setNote('');
        if (url === null) toast(t.added);
      },
    });
  }

  return (
    <form className={forms.card} onSubmit={submit}>
      <Choice
        legend={t.kind}
        hint={t.kinds[kind].hint}
        value={kind}
        onChange={setKind}
        options={kinds.map((name) => ({ value: name, name: t.kinds[name].name }))}
      />
      <div className={forms.pair}>
        {kind !== 'link' && (
          <TextField
            label={t.value[kind]}
            placeholder={t.placeholder[kind]}
            type={kind === 'email' ? 'email' : 'text'}
            value={value}
            required
            maxLength={254}
            autoComplete="off"
            onText={setValue}
          />
        )}
        <SelectField
          label={t.role}
          value={role}
          onChange={(next) => setRole(roleNames.find((name) => name === next) ?? 'member')}
        >
          {roleNames.map((name) => (
            <option key={name} value={name}>
              {roles[name]}
            </option>
          ))}
        </SelectField>
        <SelectField label={t.ends} value={hours} onChange={setHours}>
          {ends.map((end) => (
            <option key={end} value={end}>
              {end === '' ? t.usually[kind] : t.endsIn[end]}
            </option>
          ))}
        </SelectField>
        {hasSeats && (
          <TextField
            label={t.seats}
            placeholder={t.seatsHint}
            value={seats}
            inputMode="numeric"
            pattern="[1-9]\d{0,3}"
            title={shell.rules.whole(9_999)}
            onText={setSeats}
          />
        )}
        <TextField
          label={t.allowance}
          placeholder={t.allowanceHint}
          value={allowance}
          inputMode="decimal"
          pattern="\d{1,9}(\.\d{1,4})?"
          title={shell.rules.amount}
          onText={setAllowance}
        />
        <TextField label={t.note} placeholder={t.noteHint} value={note} maxLength={500} onText={setNote} />
      </div>
      {invite.error && <ProblemNotice error={invite.error} />}
      <div className={forms.buttons}>
        <Button type="submit" variant="filled" loading={invite.isPending}>
          {t.submit}
        </Button>
      </div>
      {invite.data?.url && <ShownOnce label={t.made} value={invite.data.url} note={t.madeNote} />}
    </form>
  );
}
