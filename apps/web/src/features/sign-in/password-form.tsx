import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { usePasswordSignIn } from '../../data/sign-in.ts';
import { signInText } from '../../strings/en/sign-in.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SecretField, TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import classes from './sign-in.module.css';

const { password: t } = signInText;

/** The team's password, and a name of one's own with its PIN. */
export function PasswordForm({ onDone }: { onDone: () => void }) {
  const [password, setPassword] = useState('');
  const [name, setName] = useState('');
  const [pin, setPin] = useState('');
  const signIn = usePasswordSignIn();

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const displayName = name.trim();
    try {
      // Goes on although this form is gone by then: whoever is signed in sees another page.
      const { claimed } = await signIn.mutateAsync({ password, display_name: displayName, pin });
      if (claimed) toast(t.claimed(displayName));
      onDone();
    } catch {
      // Shown from `signIn.error`.
    }
  }

  return (
    <form className={classes.form} onSubmit={submit}>
      <SecretField
        label={t.team}
        value={password}
        required
        maxLength={500}
        autoComplete="current-password"
        onText={setPassword}
      />
      <TextField
        label={t.name}
        description={t.nameHint}
        value={name}
        required
        maxLength={40}
        autoComplete="username"
        onText={setName}
      />
      <SecretField
        label={t.pin}
        description={t.pinHint}
        value={pin}
        required
        minLength={6}
        maxLength={64}
        autoComplete="off"
        onText={setPin}
      />
      {signIn.error && <ProblemNotice error={signIn.error} />}
      <Button type="submit" variant="filled" size="md" loading={signIn.isPending}>
        {t.submit}
      </Button>
    </form>
  );
}
