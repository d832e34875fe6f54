import type { Transaction } from '@veogate/shared/db/client';
import { sumStored } from '@veogate/shared/db/storage-use-repo';
import { AppError } from '@veogate/shared/domain/errors';
import type { Services } from './services.ts';

const MEGABYTE = 1_000_000;

/**
 * Refuses what would add to the files of somebody who has used up their share. Asked where something new is begun, and
 * never where something that is paid for is stored.
 *
 * @returns throws `storage_quota_exceeded`
 */
export function createQuotaCheck({ limits }: Pick<Services, 'limits'>) {
  const { storageBytes } = limits;
  return async (tx: Transaction, userId: string): Promise<void> => {
    if (storageBytes === null) return;
    const used = await sumStored(tx, userId);
    if (used < storageBytes) return;
    throw new AppError(
      'storage_quota_exceeded',
      `${toMegabytes(used)} of ${toMegabytes(storageBytes)} MB are used.`,
    );
  };
}

function toMegabytes(bytes: number): number {
  return Math.ceil(bytes / MEGABYTE);
}
