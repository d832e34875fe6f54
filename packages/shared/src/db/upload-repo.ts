import type { Transaction } from './client.ts';
import type { Upload } from './generated/client.ts';

export type NewUpload = Pick<
  Upload,
  'id' | 'ownerId' | 'storageKey' | 'mimeType' | 'byteSize' | 'width' | 'height' | 'expiresAt'
>;

export function insertUpload(db: Transaction, upload: NewUpload): Promise<Upload> {
  return db.upload.create({ data: upload });
}

/** An upload of this user; null where there is none. */
export function findUpload(db: Transaction, ownerId: string, id: string): Promise<Upload | null> {
  return db.upload.findFirst({ where: { id, ownerId } });
}
