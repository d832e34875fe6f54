import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useClaimAdmin } from '../../data/account.ts';
import { accountText } from '../../strings/en/account.ts';
import classes from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Section } from '../../ui/section.tsx';
import { SecretField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';

const { claim: t } = accountText;

/** Makes the first administrator, by the code that the service printed. */
export function Claim() {
  const [code, setCode] = useState('');
  const claim = useClaimAdmin();
  function submit(event: FormEvent): void {
    event.preventDefault();
    claim.mutate(code.trim(), { onSuccess: () => toast(t.done) });
  }
  return (
    <Section title={t.title} intro={t.intro}>
      <form className={classes.plain} onSubmit={submit}>
        <div className={classes.line}>
          <SecretField
            label={t.code}
            value={code}
            required
            maxLength={200}
            autoComplete="off"
            onText={setCode}
          />
          <Button type="submit" loading={claim.isPending}>
            {t.submit}
          </Button>
        </div>
        {claim.error && <ProblemNotice error={claim.error} />}
      </form>
    </Section>
  );
}
