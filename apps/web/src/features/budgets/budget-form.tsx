import { Button } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { BudgetChange } from '../../data/budgets.ts';
import { budgetsText as t } from '../../strings/en/budgets.ts';
import { t as shell } from '../../strings/en.ts';
import forms from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { TextField } from '../../ui/text-field.tsx';

const units = ['credits', 'usd'] as const;
const periods = ['day', 'month'] as const;

/** How much may be spent, in what, and within which time. */
export function BudgetForm({
  children,
  isBusy,
  error,
  onSet,
}: {
  /** For whom, where that is a choice. */
  children?: ReactNode;
  isBusy: boolean;
  error: unknown;
  /** Empties the form by calling `done`. */
  onSet: (change: BudgetChange, done: () => void) => void;
}) {
  const [amount, setAmount] = useState('');
  const [unit, setUnit] = useState<(typeof units)[number]>('credits');
  const [period, setPeriod] = useState<(typeof periods)[number]>('month');

  function submit(event: FormEvent): void {
    event.preventDefault();
    onSet({ amount, unit, period }, () => setAmount(''));
  }

  return (
    <form className={forms.card} onSubmit={submit}>
      {children}
      <div className={forms.pair}>
        <TextField
          label={t.amount}
          value={amount}
          required
          inputMode="decimal"
          pattern="\d{1,10}(\.\d{1,4})?"
          title={shell.rules.amount}
          autoComplete="off"
          onText={setAmount}
        />
        <SelectField
          label={t.unit}
          value={unit}
          onChange={(next) => setUnit(units.find((name) => name === next) ?? 'credits')}
        >
          {units.map((name) => (
            <option key={name} value={name}>
              {t.units[name]}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t.period}
          value={period}
          onChange={(next) => setPeriod(periods.find((name) => name === next) ?? 'month')}
        >
          {periods.map((name) => (
            <option key={name} value={name}>
              {t.periods[name].toLowerCase()}
            </option>
          ))}
        </SelectField>
      </div>
      {error ? <ProblemNotice error={error} /> : null}
      <div className={forms.buttons}>
        <Button type="submit" loading={isBusy}>
          {t.set}
        </Button>
      </div>
    </form>
  );
}
