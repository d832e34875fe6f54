import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Project } from '../../api/types.ts';
import { useDeleteProject, useRenameProject } from '../../data/projects.ts';
import { projectsText } from '../../strings/en/projects.ts';
import { Confirm } from '../../ui/confirm.tsx';
import classes from '../../ui/form.module.css';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';

const { rename: r, remove: d, name: nameLabel, keep } = projectsText;

export function RenameProject({ project }: { project: Project }) {
  const [name, setName] = useState(project.name);
  const rename = useRenameProject(project.id);
  const isChanged = name.trim() !== '' && name.trim() !== project.name;
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (isChanged) rename.mutate(name.trim(), { onSuccess: () => toast(r.saved) });
  }
  return (
    <Section title={r.title}>
      <form className={classes.plain} onSubmit={submit}>
        <div className={classes.line}>
          <TextField
            label={nameLabel}
            value={name}
            required
            maxLength={80}
            autoComplete="off"
            onText={setName}
          />
          <Button type="submit" loading={rename.isPending} disabled={!isChanged}>
            {r.save}
          </Button>
        </div>
        {rename.error && <ProblemNotice error={rename.error} />}
      </form>
    </Section>
  );
}

export function DeleteProject({ project }: { project: Project }) {
  const [isAsking, setAsking] = useState(false);
  const navigate = useNavigate();
  const remove = useDeleteProject(project.id);
  return (
    <Section title={d.title} intro={d.text}>
      <div className={classes.buttons}>
        <Button size="sm" onClick={() => setAsking(true)}>
          {d.open}
        </Button>
      </div>
      <Confirm
        isOpen={isAsking}
        title={d.dialogTitle(project.name)}
        confirm={d.confirm}
        cancel={keep}
        isBusy={remove.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => {
              toast(d.done);
              void navigate({ to: '/projects' });
            },
            onError: toastProblem,
            onSettled: () => setAsking(false),
          })
        }
      >
        {d.dialogText.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </Confirm>
    </Section>
  );
}
