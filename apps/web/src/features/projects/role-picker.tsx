import type { ProjectRole } from '../../api/types.ts';
import { projectsText } from '../../strings/en/projects.ts';
import { BareSelect } from '../../ui/bare-select.tsx';

const roles = ['owner', 'editor', 'viewer'] as const satisfies ProjectRole[];

/** What somebody may do in a project, to be changed at once. */
export function RolePicker({
  label,
  value,
  onChange,
}: {
  label: string;
  value: ProjectRole;
  onChange: (role: ProjectRole) => void;
}) {
  return (
    <BareSelect
      label={label}
      value={value}
      options={roles.map((role) => ({ value: role, name: projectsText.roles[role].name }))}
      onChange={onChange}
    />
  );
}
