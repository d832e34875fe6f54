import { Button } from '@mantine/core';
import { useState } from 'react';
import { useCreateLink, useProjectLinks, useRevokeLink } from '../../data/projects.ts';
import { projectsText } from '../../strings/en/projects.ts';
import { Ago } from '../../ui/ago.tsx';
import { Choice } from '../../ui/choice.tsx';
import classes from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';

const { links: t, roles } = projectsText;
const lifetimes = [1, 24, 72, 168, 720];
const offered = ['viewer', 'editor'] as const;

/** Links that bring others into a project. */
export function ShareLinks({ id }: { id: string }) {
  const { data: links = [], error } = useProjectLinks(id, true);
  const [role, setRole] = useState<(typeof offered)[number]>('viewer');
  const [hours, setHours] = useState('72');
  const create = useCreateLink(id);
  const revoke = useRevokeLink(id);
  return (
    <Section title={t.title} intro={t.intro}>
      <div className={classes.card}>
        <div className={classes.pair}>
          <Choice
            wide
            legend={t.role}
            hint={roles[role].may}
            value={role}
            onChange={setRole}
            options={offered.map((value) => ({ value, name: roles[value].name }))}
          />
          <SelectField label={t.hours} value={hours} onChange={setHours}>
            {lifetimes.map((lifetime) => (
              <option key={lifetime} value={lifetime}>
                {t.inHours(lifetime)}
              </option>
            ))}
          </SelectField>
        </div>
        {create.error && <ProblemNotice error={create.error} />}
        <div className={classes.buttons}>
          <Button
            loading={create.isPending}
            onClick={() => create.mutate({ role, expires_in_hours: Number(hours) })}
          >
            {t.create}
          </Button>
        </div>
        {create.data && <ShownOnce label={t.made} value={create.data.url} note={t.madeNote} />}
      </div>
      {error && <ProblemNotice error={error} />}
      {links.length > 0 && (
        <Rows label={t.title}>
          {links.map((link) => (
            <Row
              key={link.id}
              name={roles[link.role].name}
              actions={
                <Button
                  size="sm"
                  disabled={revoke.isPending}
                  onClick={() =>
                    revoke.mutate(link.id, { onSuccess: () => toast(t.revoked), onError: toastProblem })
                  }
                >
                  {t.revoke}
                </Button>
              }
            >
              {link.expires_at === null ? t.neverEnds : <Ago time={link.expires_at} say={t.ends} />}
            </Row>
          ))}
        </Rows>
      )}
    </Section>
  );
}
