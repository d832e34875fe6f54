import type { Project } from '../../api/types.ts';
import { canEdit, useProjects } from '../../data/projects.ts';
import { t } from '../../strings/en.ts';
import { SelectField } from '../../ui/select-field.tsx';

/** Where somebody may make something, and where it will be made. */
export interface Projects {
  offered: readonly Project[];
  /** Undefined where there is but one: the service knows it. */
  chosen: string | undefined;
}

/** The nearest legal choice to a draft: its project where one may still create in it, and else the personal one. */
export function useProjectChoice(wanted: string | undefined): Projects {
  const { data = [] } = useProjects();
  const offered = data.filter(canEdit);
  if (offered.length < 2) return { offered, chosen: undefined };
  const personal = offered.find(({ kind }) => kind === 'personal') ?? offered[0];
  return { offered, chosen: (offered.find(({ id }) => id === wanted) ?? personal)?.id };
}

export function ProjectChoice({
  choice: { offered, chosen },
  onChange,
}: {
  choice: Projects;
  onChange: (id: string) => void;
}) {
  return (
    <SelectField label={t.studio.project} value={chosen ?? ''} onChange={onChange}>
      {offered.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}
