import type { Transaction } from './client.ts';
import type { Prisma, Upload } from './generated/client.ts';
import { type Viewer, visibleProjects } from './project-repo.ts';

export type NewUpload = Pick<
  Upload,
  'id' | 'ownerId' | 'storageKey' | 'mimeType' | 'byteSize' | 'width' | 'height' | 'expiresAt'
>;

export function insertUpload(db: Transaction, upload: NewUpload): Promise<Upload> {
  return db.upload.create({ data: upload });
}

/** An upload that the viewer may look at; null where there is none. */
export function findUpload(db: Transaction, viewer: Viewer, id: string): Promise<Upload | null> {
  return db.upload.findFirst({ where: { id, ...visibleUploads(viewer) } });
}

/**
 * One's own, and those that a generation was made of in a project that one may look into. A token that is bound to a
 * project does not see what its owner used elsewhere.
 */
export function visibleUploads(viewer: Viewer): Prisma.UploadWhereInput {
  const used = { generation: { deletedAt: null, project: visibleProjects(viewer) } };
  const own = {
    ownerId: viewer.userId,
    ...(viewer.projectId && { uses: { none: { generation: { projectId: { not: viewer.projectId } } } } }),
  };
  return { OR: [own, { uses: { some: used } }] };
}
