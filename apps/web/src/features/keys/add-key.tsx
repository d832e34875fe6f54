import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import type { Meta, ProviderId } from '../../api/types.ts';
import { useAddKey } from '../../data/keys.ts';
import { t } from '../../strings/en.ts';
import { Choice } from '../../ui/choice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { toast } from '../../ui/toasts.tsx';
import classes from './add-key.module.css';

const scopes = ['kept', 'session', 'team'] as const;

/**
 * The one door for a key: it goes in, is sealed, and never comes out.
 *
 * @param props.forTeam whether it may be for everybody
 */
export function AddKey({ providers, forTeam }: { providers: Meta['providers']; forTeam: boolean }) {
  // Whoever has a key of their own has not come to add one for the simulator.
  const own = providers.find(({ id }) => id !== 'demo') ?? providers[0];
  const [provider, setProvider] = useState<ProviderId | undefined>(own?.id);
  const [secret, setSecret] = useState('');
  const [label, setLabel] = useState('');
  const [scope, setScope] = useState<(typeof scopes)[number]>('kept');
  const add = useAddKey();
  const chosen = providers.find(({ id }) => id === provider) ?? own;
  const secretProblem = add.error && toProblem(add.error).fields.find(({ field }) => field === 'secret');

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!chosen) return;
    const name = label.trim();
    add.mutate(
      { provider: chosen.id, secret, scope, ...(name !== '' && { label: name }) },
      {
        onSuccess: () => {
          add.reset();
          setSecret('');
          setLabel('');
          toast(t.keys.saved);
        },
      },
    );
  }

  if (!chosen) return null;
  return (
    <form className={classes.form} onSubmit={submit} aria-labelledby="add-key" autoComplete="off">
      <h2 id="add-key" className={classes.title}>
        {t.keys.add}
      </h2>
      {providers.length > 1 && (
        <Choice
          wide
          legend={t.keys.provider}
          value={chosen.id}
          onChange={setProvider}
          options={providers.map(({ id, name }) => ({ value: id, name }))}
        />
      )}
      <PasswordInput
        label={t.keys.secret}
        description={t.keys.secretHint(chosen.key_hint)}
        value={secret}
        required
        withAsterisk={false}
        minLength={8}
        maxLength={16_384}
        autoComplete="off"
        spellCheck={false}
        error={secretProblem?.message}
        visibilityToggleButtonProps={{ 'aria-label': t.keys.show, tabIndex: 0 }}
        classNames={classes}
        onChange={(event) => {
          setSecret(event.currentTarget.value);
          add.reset();
        }}
      />
      <TextInput
        label={t.keys.label}
        description={t.keys.labelHint}
        value={label}
        maxLength={80}
        classNames={classes}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      <Choice
        legend={forTeam ? t.keys.scopeOrTeam : t.keys.scope}
        hint={t.keys.scopes[scope].text}
        value={scope}
        onChange={setScope}
        options={scopes
          .filter((value) => forTeam || value !== 'team')
          .map((value) => ({ value, name: t.keys.scopes[value].name }))}
      />
      {add.error && !secretProblem && <ProblemNotice error={add.error} />}
      <Button type="submit" variant="filled" loading={add.isPending}>
        {t.keys.save}
      </Button>
    </form>
  );
}
