import { type Static, Type } from 'typebox';
import { roles } from './account.ts';
import { closed, Id, Literals, Money, Nullable, Page, Time } from './common.ts';

const kind = Literals(['email', 'domain', 'group', 'link']);
const role = Literals(roles);
const projectRole = Literals(['editor', 'viewer']);

/** Who is let into the service, as what, and with what. */
export const Invitation = Type.Object(
  {
    id: Id,
    kind,
    value: Nullable(Type.String({ description: 'The address, domain or group; null for a link.' })),
    role,
    project_id: Nullable(Id),
    project_role: Nullable(projectRole),
    allowance: Nullable(Money),
    note: Nullable(Type.String()),
    seats: Nullable(Type.Integer({ description: 'How many people it lets in; null: as many as come.' })),
    used: Type.Integer(),
    state: Literals(['open', 'used', 'expired', 'revoked']),
    created_at: Time,
    expires_at: Nullable(Time),
  },
  closed,
);
export type Invitation = Static<typeof Invitation>;
export const InvitationPage = Page(Invitation);

export const CreateInvitation = Type.Object(
  {
    kind,
    value: Type.Optional(Type.String({ minLength: 1, maxLength: 254 })),
    role: Type.Optional(role),
    project_id: Type.Optional(Id),
    project_role: Type.Optional(projectRole),
    allowance: Type.Optional(Money),
    note: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'The guest reads it.' })),
    seats: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    expires_in_hours: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 8_760,
        description: 'Left out: a link ends after 72 hours, the others never.',
      }),
    ),
  },
  closed,
);
export type CreateInvitation = Static<typeof CreateInvitation>;
export const CreatedInvitation = Type.Object(
  {
    invitation: Invitation,
    url: Nullable(
      Type.String({ description: 'Of a link: works once, for one person, and is shown this once.' }),
    ),
  },
  closed,
);

/** The token of an invitation link, out of the fragment that browsers send to nobody. */
export const InvitationToken = Type.Object({ token: Type.String({ minLength: 1, maxLength: 200 }) }, closed);

/** What a guest sees before they accept. */
export const InvitationPreview = Type.Object(
  {
    admits: Type.Boolean({
      description: 'Lets somebody into the service; else it adds an account to a project.',
    }),
    invited_by: Nullable(Type.String()),
    role,
    project_name: Nullable(Type.String()),
    project_role: Nullable(projectRole),
    allowance: Nullable(Money),
    note: Nullable(Type.String()),
    expires_at: Nullable(Time),
  },
  closed,
);
export type InvitationPreview = Static<typeof InvitationPreview>;

export const AcceptedInvitation = Type.Object({ project_id: Nullable(Id) }, closed);
