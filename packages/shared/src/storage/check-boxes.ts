import { type FileHandle, open } from 'node:fs/promises';
import { UnreadableMediaError } from './unreadable-media-error.ts';

/** What describes the samples is read whole; that of a video of some minutes takes far less. Bytes. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024;
const MAX_BOXES = 100_000;

interface Box {
  type: string;
  /** Bytes, with the header. */
  size: number;
}

/**
 * Walks the outermost boxes of an MP4 (ISO/IEC 14496-12, 4.2). It must begin with `ftyp`, and no box may reach beyond
 * the end of the file, as one does where the end of the file was cut off; else an UnreadableMediaError is thrown. A few
 * bytes after the last box do no harm.
 */
export async function checkBoxes(path: string, byteSize: number): Promise<void> {
  const handle = await open(path, 'r');
  try {
    let at = 0;
    for (let count = 0; count < MAX_BOXES; count += 1) {
      const box = await readBox(handle, at, byteSize);
      if (at === 0 && box?.type !== 'ftyp')
        throw new UnreadableMediaError('download_unreadable', 'The file is no MP4.');
      if (!box) return;
      if (box.type === 'moov' && box.size > MAX_INDEX_BYTES)
        throw new UnreadableMediaError('download_unreadable', 'The index of the MP4 is too large.');
      at += box.size;
      if (at > byteSize)
        throw new UnreadableMediaError(
          'download_truncated',
          `The MP4 breaks off: ${byteSize} of at least ${at} bytes.`,
        );
    }
    throw new UnreadableMediaError('download_unreadable', 'The MP4 has too many parts.');
  } finally {
    await handle.close();
  }
}

/** The box that begins at `at`; undefined at the end, or where what follows is none. */
async function readBox(handle: FileHandle, at: number, byteSize: number): Promise<Box | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, at);
  if (bytesRead < 8) return undefined;
  const type = buffer.toString('latin1', 4, 8);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return undefined;
  const short = buffer.readUInt32BE(0);
  // 0: to the end of the file; 1: the size follows in 64 bits.
  if (short === 0) return { type, size: byteSize - at };
  const size = short === 1 && bytesRead === 16 ? Number(buffer.readBigUInt64BE(8)) : short;
  return size < 8 ? undefined : { type, size };
}
