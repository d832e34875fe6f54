import type { ReactNode } from 'react';
import type { InvitationPreview } from '../../api/types.ts';
import { projectsText } from '../../strings/en/projects.ts';
import { when } from '../../strings/format.ts';
import { priceText } from '../../ui/price.ts';
import classes from './invitation.module.css';

const { invitation: t, roles } = projectsText;

/** What somebody is invited to, and with what. */
export function Facts({ offer }: { offer: InvitationPreview }) {
  const { role, project_name, project_role, allowance, note, expires_at, admits } = offer;
  const roleName = project_role === null ? t.serviceRoles[role] : roles[project_role].name;
  return (
    <dl className={classes.facts}>
      {project_name !== null && <Fact name={t.project}>{project_name}</Fact>}
      <Fact name={t.role}>
        {roleName}
        {project_role !== null && <> · {roles[project_role].may}</>}
        {project_role !== null && admits && role !== 'member' && <> · {t.serviceRoles[role]}</>}
      </Fact>
      {allowance !== null && <Fact name={t.allowance}>{priceText(allowance)}</Fact>}
      {note !== null && <Fact name={t.note}>{note}</Fact>}
      <Fact name={t.until}>{expires_at === null ? t.noEnd : when(expires_at)}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
