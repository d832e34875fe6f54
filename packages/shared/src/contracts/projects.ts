import { type Static, Type } from 'typebox';
import { closed, Id, Literals, Nullable, Page, Time } from './common.ts';

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
export type CreateProjectLink = Static<typeof CreateProjectLink>;
export const ProjectLink = Type.Object(
  {
    id: Id,
    url: Type.String({ description: 'Works once, for one person. The token is behind the #.' }),
    expires_at: Time,
  },
  closed,
);
export type ProjectLink = Static<typeof ProjectLink>;

/** A link that may still be used. Where it leads was told to whoever made it, and is not kept. */
export const OpenProjectLink = Type.Object(
  { id: Id, role: Literals(['editor', 'viewer']), created_at: Time, expires_at: Nullable(Time) },
  closed,
);
export type OpenProjectLink = Static<typeof OpenProjectLink>;
export const ProjectLinkList = Type.Object({ data: Type.Array(OpenProjectLink) }, closed);
export const ProjectLinkParams = Type.Object({ id: Id, link_id: Id }, closed);
