import { type Static, Type } from 'typebox';
import { closed, Id, Literals, Page, Time } from './common.ts';

export const projectRoles = ['owner', 'editor', 'viewer'] as const;
export const ProjectRole = Literals(projectRoles);

export const Project = Type.Object(
  {
    id: Id,
    name: Type.String(),
    kind: Literals(['personal', 'shared']),
    role: Literals(projectRoles, { description: 'What you may do in it.' }),
    member_count: Type.Integer(),
    created_at: Time,
  },
  closed,
);
export type Project = Static<typeof Project>;
export const ProjectPage = Page(Project);

export const WriteProject = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' }) },
  closed,
);

export const Member = Type.Object(
  { user_id: Id, display_name: Type.String(), role: ProjectRole, joined_at: Time },
  closed,
);
export type Member = Static<typeof Member>;
export const MemberList = Type.Object({ data: Type.Array(Member) }, closed);

export const MemberParams = Type.Object({ id: Id, user_id: Id }, closed);
export const ChangeMember = Type.Object({ role: ProjectRole }, closed);

/** A link that adds an account of this service to a project; it lets nobody into the service. */
export const CreateProjectLink = Type.Object(
  {
    role: Literals(['editor', 'viewer']),
    expires_in_hours: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 720, description: 'Left out: 72 hours.' }),
    ),
  },
  closed,
);
export const ProjectLink = Type.Object(
  {
    id: Id,
    url: Type.String({ description: 'Works once, for one person. The token is behind the #.' }),
    expires_at: Time,
  },
  closed,
);
