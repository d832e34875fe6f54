import { useDeferredValue, useState } from 'react';
import { usePeople } from '../../data/admin.ts';
import { useChangeBudget } from '../../data/budgets.ts';
import { useKeys } from '../../data/keys.ts';
import { budgetsText } from '../../strings/en/budgets.ts';
import { Choice } from '../../ui/choice.tsx';
import forms from '../../ui/form.module.css';
import { SelectField } from '../../ui/select-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { BudgetForm } from '../budgets/budget-form.tsx';

const { admin: t, ...shared } = budgetsText;

/** Sets what may be spent, for whom. */
export function SetBudget() {
  const { data: keys = [] } = useKeys();
  const teamKeys = keys.filter(({ scope, state }) => scope === 'team' && state !== 'retired');
  const targets = (['all', 'everybody', 'user', 'team_key'] as const).filter(
    (name) => name !== 'team_key' || teamKeys.length > 0,
  );
  const [target, setTarget] = useState<(typeof targets)[number]>('all');
  const [search, setSearch] = useState('');
  const [wantedPerson, setPerson] = useState('');
  const [wantedKey, setKey] = useState('');
  const people = usePeople(useDeferredValue(search.trim())).data?.pages.flatMap(({ data }) => data) ?? [];
  const change = useChangeBudget();
  // What is chosen is what is shown, also before anything was chosen.
  const person = people.find(({ id }) => id === wantedPerson) ?? people[0];
  const key = teamKeys.find(({ id }) => id === wantedKey) ?? teamKeys[0];

  return (
    <BudgetForm
      isBusy={change.isPending}
      error={change.error}
      onSet={(wanted, done) => {
        const whom = {
          all: { scope: 'all' as const },
          everybody: { scope: 'user' as const },
          user: person && { scope: 'user' as const, scope_id: person.id },
          team_key: key && { scope: 'team_key' as const, scope_id: key.id },
        }[target];
        if (!whom) return;
        change.mutate(
          { ...whom, ...wanted },
          {
            onSuccess: () => {
              done();
              toast(shared.isSet);
            },
          },
        );
      }}
    >
      <Choice
        legend={t.whom}
        hint={t.targets[target].hint}
        value={target}
        onChange={setTarget}
        options={targets.map((value) => ({ value, name: t.targets[value].name }))}
      />
      {target === 'user' && (
        <div className={forms.pair}>
          <TextField label={t.search} type="search" value={search} maxLength={200} onText={setSearch} />
          <SelectField label={t.person} value={person?.id ?? ''} onChange={setPerson}>
            {people.map(({ id, display_name }) => (
              <option key={id} value={id}>
                {display_name}
              </option>
            ))}
          </SelectField>
        </div>
      )}
      {target === 'team_key' && (
        <SelectField label={t.key} value={key?.id ?? ''} onChange={setKey}>
          {teamKeys.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </SelectField>
      )}
    </BudgetForm>
  );
}
