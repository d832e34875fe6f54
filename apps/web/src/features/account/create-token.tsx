import { Button } from '@mantine/core';
import { adminScopes, type Scope, scopes } from '@veogate/shared/domain/scopes';
import { type FormEvent, useState } from 'react';
import type { Me } from '../../api/types.ts';
import { useCreateToken } from '../../data/account.ts';
import { useProjects } from '../../data/projects.ts';
import { accountText } from '../../strings/en/account.ts';
import { t as shell } from '../../strings/en.ts';
import { CheckField } from '../../ui/check-field.tsx';
import classes from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { TextField } from '../../ui/text-field.tsx';

const { tokens: t } = accountText;
const lifetimes = [7, 30, 90, 365];

const isOfAdmin = (scope: Scope) => adminScopes.some((other) => other === scope);
const groups = {
  read: scopes.filter((scope) => scope.endsWith(':read') && !isOfAdmin(scope)),
  write: scopes.filter((scope) => scope.endsWith(':write') && !isOfAdmin(scope)),
  admin: scopes.filter(isOfAdmin),
};

/** What a token is for and may do; then the token itself, this once. */
export function CreateToken({ me, onClose }: { me: Me; onClose: () => void }) {
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<readonly Scope[]>(['generations:read', 'generations:write']);
  const [days, setDays] = useState('90');
  const [projectId, setProjectId] = useState('');
  const [cap, setCap] = useState('');
  const [isUnchosen, setUnchosen] = useState(false);
  const { data: projects = [] } = useProjects();
  const create = useCreateToken();

  function submit(event: FormEvent): void {
    event.preventDefault();
    setUnchosen(chosen.length === 0);
    if (chosen.length === 0) return;
    create.mutate({
      name: name.trim(),
      scopes: [...chosen],
      expires_in_days: Number(days),
      ...(projectId !== '' && { project_id: projectId }),
      ...(cap !== '' && { spend_cap: { amount: cap, unit: 'credits' as const } }),
    });
  }

  if (create.data) {
    return (
      <div className={classes.card}>
        <ShownOnce label={t.made} value={create.data.secret} note={t.madeNote} />
        <div className={classes.buttons}>
          <Button size="sm" onClick={onClose}>
            {t.done}
          </Button>
        </div>
      </div>
    );
  }

  const shownGroups = (['read', 'write', 'admin'] as const).filter(
    (group) => group !== 'admin' || me.role !== 'member',
  );
  return (
    <form className={classes.card} onSubmit={submit} aria-label={t.createTitle}>
      <TextField
        label={t.name}
        placeholder={t.namePlaceholder}
        value={name}
        required
        maxLength={80}
        autoComplete="off"
        onText={setName}
      />
      {shownGroups.map((group) => (
        <fieldset key={group} className={classes.group}>
          <legend className={classes.legend}>{t.groups[group]}</legend>
          <div className={classes.checks}>
            {groups[group].map((scope) => (
              <CheckField
                key={scope}
                label={t.scopeNames[scope]}
                checked={chosen.includes(scope)}
                onChange={(isOn) =>
                  setChosen((before) =>
                    isOn ? [...before, scope] : before.filter((other) => other !== scope),
                  )
                }
              />
            ))}
          </div>
        </fieldset>
      ))}
      <div className={classes.pair}>
        <SelectField label={t.days} value={days} onChange={setDays}>
          {lifetimes.map((lifetime) => (
            <option key={lifetime} value={lifetime}>
              {t.inDays(lifetime)}
            </option>
          ))}
        </SelectField>
        <SelectField label={t.project} value={projectId} onChange={setProjectId}>
          <option value="">{t.anyProject}</option>
          {projects.map(({ id, name: projectName }) => (
            <option key={id} value={id}>
              {projectName}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t.cap}
          placeholder={t.capHint}
          value={cap}
          inputMode="decimal"
          pattern="\d{1,9}(\.\d{1,4})?"
          title={shell.rules.amount}
          onText={setCap}
        />
      </div>
      {isUnchosen && (
        <p className={classes.note} role="alert">
          {t.choose}
        </p>
      )}
      {create.error && <ProblemNotice error={create.error} />}
      <div className={classes.buttons}>
        <Button type="submit" variant="filled" size="sm" loading={create.isPending}>
          {t.submit}
        </Button>
        <Button size="sm" variant="subtle" onClick={onClose}>
          {shell.app.cancel}
        </Button>
      </div>
    </form>
  );
}
