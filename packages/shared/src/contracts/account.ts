import { type Static, Type } from 'typebox';
import { closed, Id, Literals, Page, Time } from './common.ts';

export const Me = Type.Object(
  {
    id: Id,
    display_name: Type.String(),
    role: Literals(['member', 'auditor', 'admin']),
    personal_project_id: Id,
    created_at: Time,
  },
  closed,
);
export type Me = Static<typeof Me>;

export const UpdateMe = Type.Object(
  { display_name: Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' }) },
  closed,
);

export const Project = Type.Object(
  {
    id: Id,
    name: Type.String(),
    kind: Literals(['personal', 'shared']),
    role: Literals(['owner', 'editor', 'viewer']),
    created_at: Time,
  },
  closed,
);
export type Project = Static<typeof Project>;
export const ProjectPage = Page(Project);

export const Launch = Type.Object({ token: Type.String({ minLength: 1, maxLength: 200 }) }, closed);
