import type { Readable } from 'node:stream';

/** Where files live. Keys are relative paths of letters, digits, `-`, `_`, `.` and `/`. */
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
  /** A part of an object or all of it; `end` is inclusive. Null where there is none. */
  read(
    key: string,
    range?: { start: number; end: number },
  ): Promise<{ body: Readable; byteSize: number } | null>;
  /** Deletes; an object that is not there is no error. */
  delete(key: string): Promise<void>;
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
