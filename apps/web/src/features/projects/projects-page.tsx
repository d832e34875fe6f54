import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useCreateProject, useProjects } from '../../data/projects.ts';
import { projectsText as t } from '../../strings/en/projects.ts';
import { t as shell } from '../../strings/en.ts';
import { when } from '../../strings/format.ts';
import { Dialog } from '../../ui/dialog.tsx';
import classes from '../../ui/form.module.css';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './projects.module.css';

/** Every project that this person is in. */
export function ProjectsPage() {
  const { data: projects, error, refetch } = useProjects();
  const [isMaking, setMaking] = useState(false);
  return (
    <Page
      documentTitle={shell.app.titles.projects}
      title={t.title}
      aside={
        <Button variant="filled" leftSection={<Plus size={16} aria-hidden />} onClick={() => setMaking(true)}>
          {t.create}
        </Button>
      }
    >
      <div className={styles.column}>
        <p className={classes.note}>{t.intro}</p>
        {!projects && <Pending error={error} onRetry={() => void refetch()} />}
        {projects && (
          <Rows label={t.title}>
            {projects.map(({ id, name, kind, role, member_count, created_at }) => (
              <Row
                key={id}
                name={
                  <Link to="/projects/$id" params={{ id }} className={styles.name}>
                    {name}
                  </Link>
                }
                badge={
                  <StateBadge tone="calm">{kind === 'personal' ? t.personal : t.roles[role].name}</StateBadge>
                }
              >
                {t.members(member_count)} · {t.created(when(created_at))}
              </Row>
            ))}
          </Rows>
        )}
      </div>
      {isMaking && <CreateDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

function CreateDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const create = useCreateProject();
  const navigate = useNavigate();
  function submit(event: FormEvent): void {
    event.preventDefault();
    create.mutate(name.trim(), {
      onSuccess: ({ id }) => void navigate({ to: '/projects/$id', params: { id } }),
    });
  }
  return (
    <Dialog title={t.createTitle} onClose={onClose}>
      <form className={classes.plain} onSubmit={submit}>
        <TextField
          label={t.name}
          placeholder={t.namePlaceholder}
          value={name}
          required
          maxLength={80}
          pattern=".*\S.*"
          title={shell.rules.words}
          autoComplete="off"
          onText={setName}
        />
        {create.error && <ProblemNotice error={create.error} />}
        <div className={classes.end}>
          <Button onClick={onClose}>{shell.app.cancel}</Button>
          <Button type="submit" variant="filled" loading={create.isPending}>
            {t.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
