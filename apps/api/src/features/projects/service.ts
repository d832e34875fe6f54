import type { CreateProjectLink } from '@veogate/shared/contracts/projects';
import { append } from '@veogate/shared/db/audit-repo';
import type { Transaction } from '@veogate/shared/db/client';
import { createInvitationLink } from '@veogate/shared/db/invitation-link';
import { insertInvitation, listProjectLinks, revokeInvitation } from '@veogate/shared/db/invitation-repo';
import { listMembers } from '@veogate/shared/db/member-repo';
import {
  countOwnedProjects,
  createSharedProject,
  deleteProject,
  findMembership,
  lockProject,
  type Membership,
  renameProject,
  type Viewer,
} from '@veogate/shared/db/project-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { LINK_HOURS } from '@veogate/shared/domain/invitations';
import { uuidv7 } from 'uuidv7';
import type { Services } from '../../services.ts';

/** Shared projects that one person may own. */
const PROJECTS = 100;
/** Links of one project that wait for somebody. */
const OPEN_LINKS = 100;

type Needs = Pick<Services, 'db' | 'events'>;

/** What a member may do with a project. Whoever is none gets `not_found`. */
export function createProjectService({ db, events }: Needs) {
  async function find(tx: Transaction, viewer: Viewer, id: string): Promise<Membership> {
    const membership = await findMembership(tx, viewer, id);
    if (!membership) throw new AppError('not_found', 'There is no such project.');
    return membership;
  }

  /** Nobody else changes the project until the end of the transaction. */
  async function findOwned(tx: Transaction, viewer: Viewer, id: string): Promise<Membership> {
    await lockProject(tx, id);
    const membership = await find(tx, viewer, id);
    if (membership.role !== 'owner')
      throw new AppError('forbidden', 'Only an owner of the project may do this.');
    return membership;
  }

  return {
    show: (viewer: Viewer, id: string) => find(db, viewer, id),

    create(viewer: Viewer, name: string): Promise<Membership> {
      const { userId } = viewer;
      refuseBound(viewer, 'make another');
      return db.$transaction(async (tx) => {
        if ((await countOwnedProjects(tx, userId)) >= PROJECTS)
          throw new AppError('too_many', `One person may own ${PROJECTS} shared projects.`);
        const membership = await createSharedProject(tx, { name: name.trim(), ownerId: userId });
        await append(tx, { action: 'project.created', ...about(viewer, membership.projectId) });
        return membership;
      });
    },

    async rename(viewer: Viewer, id: string, name: string): Promise<Membership> {
      const renamed = await db.$transaction(async (tx) => {
        await findOwned(tx, viewer, id);
        await renameProject(tx, id, name.trim());
        await append(tx, { action: 'project.renamed', ...about(viewer, id) });
        return find(tx, viewer, id);
      });
      await tellMembers(id);
      return renamed;
    },

    /** What was made in it goes on, and is found in its maker's personal project. */
    async remove(viewer: Viewer, id: string): Promise<void> {
      const { moved, members } = await db.$transaction(async (tx) => {
        const { project } = await findOwned(tx, viewer, id);
        if (project.kind === 'personal')
          throw new AppError('forbidden', 'A personal project lasts as long as its account.');
        const members = await listMembers(tx, id);
        const moved = await deleteProject(tx, id, viewer.userId);
        const detail = { generations: moved.length, members: members.length };
        await append(tx, { action: 'project.deleted', ...about(viewer, id), detail });
        return { moved, members };
      });
      events.accountChanged(...members.map(({ userId }) => userId));
      events.changed(...moved);
    },

    async listLinks(viewer: Viewer, id: string) {
      await findOwned(db, viewer, id);
      return listProjectLinks(db, id);
    },

    /** Returns the link; this is the only time that anybody sees it. */
    createLink(viewer: Viewer, id: string, origin: string, wanted: CreateProjectLink) {
      const { role, expires_in_hours: hours = LINK_HOURS } = wanted;
      return db.$transaction(async (tx) => {
        const { project } = await findOwned(tx, viewer, id);
        refuseBound(viewer, 'invite anybody to it');
        if (project.kind === 'personal')
          throw new AppError('forbidden', 'A personal project is for one person: make a shared one.');
        if ((await listProjectLinks(tx, id)).length >= OPEN_LINKS)
          throw new AppError('too_many', `A project may have ${OPEN_LINKS} links that wait for somebody.`);
        const { url, tokenHash } = createInvitationLink(origin);
        const expiresAt = new Date(Date.now() + hours * 3_600_000);
        const linkId = uuidv7();
        await insertInvitation(tx, {
          id: linkId,
          kind: 'link',
          admits: false,
          tokenHash,
          projectId: id,
          projectRole: role,
          seats: 1,
          createdById: viewer.userId,
          expiresAt,
        });
        const detail = { link: linkId, role };
        await append(tx, { action: 'project.link_created', ...about(viewer, id), detail });
        return { id: linkId, url, expires_at: expiresAt.toISOString() };
      });
    },

    revokeLink(viewer: Viewer, id: string, linkId: string): Promise<void> {
      return db.$transaction(async (tx) => {
        await findOwned(tx, viewer, id);
        if (!(await revokeInvitation(tx, linkId, { admits: false, projectId: id })))
          throw new AppError('not_found', 'There is no such link.');
        const detail = { link: linkId };
        await append(tx, { action: 'project.link_revoked', ...about(viewer, id), detail });
      });
    },
  };

  async function tellMembers(id: string): Promise<void> {
    events.accountChanged(...(await listMembers(db, id)).map(({ userId }) => userId));
  }
}

/** Throws where a token that is bound to one project reaches past it. */
function refuseBound({ projectId }: Viewer, what: string): void {
  if (projectId) throw new AppError('forbidden', `A token that is bound to one project cannot ${what}.`);
}

function about({ userId }: Viewer, projectId: string) {
  return { actorId: userId, subject: 'project', subjectId: projectId };
}
