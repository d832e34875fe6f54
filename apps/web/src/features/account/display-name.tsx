import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Me } from '../../api/types.ts';
import { useRenameMe } from '../../data/account.ts';
import { accountText } from '../../strings/en/account.ts';
import classes from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';

const { name: t } = accountText;

export function DisplayName({ me }: { me: Me }) {
  const [name, setName] = useState(me.display_name);
  const rename = useRenameMe();
  const isChanged = name.trim() !== '' && name.trim() !== me.display_name;
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (isChanged) rename.mutate(name.trim(), { onSuccess: () => toast(t.saved) });
  }
  return (
    <Section title={t.title} intro={t.intro}>
      <form className={classes.plain} onSubmit={submit}>
        <div className={classes.line}>
          <TextField
            label={t.label}
            value={name}
            required
            maxLength={80}
            autoComplete="nickname"
            onText={setName}
          />
          <Button type="submit" loading={rename.isPending} disabled={!isChanged}>
            {t.save}
          </Button>
        </div>
        {rename.error && <ProblemNotice error={rename.error} />}
      </form>
    </Section>
  );
}
