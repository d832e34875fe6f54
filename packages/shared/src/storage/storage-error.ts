import type { ErrorCode } from '../domain/errors.ts';

/** The codes of the catalogue for what a storage does wrong. */
export type StorageFault = Extract<ErrorCode, 'storage_full' | 'storage_unavailable'>;

/** What the system says of a disk or a quota without room. */
const FULL = ['ENOSPC', 'EDQUOT'];
/** What it says of a folder that cannot be written or read now, and may be once somebody has mended it. */
const UNAVAILABLE = [
  ...[
    'EROFS',
    'EACCES',
    'EPERM',
    'EIO',
    'ENOENT',
    'ENOTDIR',
    'ENODEV',
    'ENXIO',
    'ESTALE',
    'EBUSY',
    'ETXTBSY',
  ],
  ...['EMFILE', 'ENFILE', 'EFBIG'],
];

/** Thrown where the storage cannot do what it should. The message is fit for users: it names no path. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  /** Of the catalogue. */
  readonly code: StorageFault;

  constructor(code: StorageFault, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** Thrown where an empty place stands for the storage, as where a disk is not mounted. */
export function storageAway(): StorageError {
  return new StorageError('storage_unavailable', 'The storage is not there; its disk may not be mounted.');
}

/** An error of the file system as a StorageError; any other one, such as a provider's, as it is. */
export function toStorageError(error: unknown): unknown {
  const { code = '' } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (FULL.includes(code))
    return new StorageError('storage_full', `No space is left (${code}).`, { cause: error });
  if (!UNAVAILABLE.includes(code)) return error;
  return new StorageError('storage_unavailable', `The storage cannot be used (${code}).`, { cause: error });
}
