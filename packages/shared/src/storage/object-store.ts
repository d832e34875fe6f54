import type { Readable } from 'node:stream';

/**
 * Where files live. Keys are relative paths of letters, digits, `-`, `_`, `.` and `/`. What the storage itself does
 * wrong (full, read-only, away) is thrown as a StorageError.
 */
export interface ObjectStore {
  /**
   * Writes a whole object: under a temporary name first, made visible at its end. Nothing is visible where it throws.
   *
   * @param check looks at the complete temporary file before it becomes visible, and throws to refuse it
   */
  put<T>(
    key: string,
    body: Readable,
    check: (path: string, byteSize: number) => Promise<T>,
  ): Promise<StoredObject & { checked: T }>;
  /** A part of an object or all of it; `end` is inclusive. Null where the storage is there and holds none. */
  read(
    key: string,
    range?: { start: number; end: number },
  ): Promise<{ body: Readable; byteSize: number } | null>;
  /** Deletes; an object that is not there is no error, a storage that is not there is one. */
  delete(key: string): Promise<void>;
  /** Whether the storage is there, rather than an empty place where it should be. Never throws. */
  isThere(): Promise<boolean>;
  /** Keys of objects that nobody has written to for `olderThanMs`, in portions. */
  listOlder(olderThanMs: number): AsyncIterable<string[]>;
  /** Deletes temporary files that nobody has written to for `olderThanMs`; returns how many. */
  sweepTemporary(olderThanMs: number): Promise<number>;
}

export interface StoredObject {
  byteSize: number;
  /** Hex. */
  sha256: string;
}
