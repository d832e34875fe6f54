import sharp from 'sharp';
import { sha256 } from '../state/hash.ts';
import { toFastStart } from './faststart.ts';
import { makePlan } from './make-plan.ts';
import type { MediaRequest } from './media-request.ts';
import { createRenderThread, RenderStoppedError } from './render-thread.ts';
import { createTypesetter } from './typeset.ts';

export type MediaStore = ReturnType<typeof createMediaStore>;

interface MediaStoreParts {
  /** How many bytes of finished outputs are kept. */
  cacheBytes: number;
  readImage: (sha: string) => Buffer | undefined;
}

/** How many outputs are worked on at once: the text of one is set while another is encoded. */
const AT_ONCE = 2;

/** Makes outputs, each only once while it is kept, and shares them among all tasks that ask for the same. */
export function createMediaStore({ cacheBytes, readImage }: MediaStoreParts) {
  const thread = createRenderThread();
  const type = createTypesetter();
  const ids = new WeakMap<MediaRequest, string>();
  const finished = new Map<string, Buffer>();
  const pending = new Map<string, Promise<Buffer>>();
  /** What was made once counts as ready even after the cache let it go. */
  const made = new Set<string>();
  const failed = new Map<string, Error>();
  const queue: (() => void)[] = [];
  let keptBytes = 0;
  let running = 0;

  function idOf(request: MediaRequest): string {
    const known = ids.get(request);
    if (known) return known;
    const { kind, caption, label, width, height, take, images } = request;
    const id = sha256(JSON.stringify([kind, caption, label, width, height, take, images]));
    ids.set(request, id);
    return id;
  }

  async function make(request: MediaRequest): Promise<Buffer> {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
    running += 1;
    try {
      thread.warmUp();
      const plan = await makePlan(request, { type, readImage });
      const bytes = await thread.run(plan);
      return request.kind === 'video' ? toFastStart(bytes) : await toPng(bytes, request);
    } finally {
      running -= 1;
      queue.shift()?.();
    }
  }

  function keep(id: string, data: Buffer): void {
    made.add(id);
    finished.set(id, data);
    keptBytes += data.length;
    for (const [oldest, bytes] of finished) {
      if (keptBytes <= cacheBytes || oldest === id) break;
      finished.delete(oldest);
      keptBytes -= bytes.length;
    }
  }

  function get(request: MediaRequest): Promise<Buffer> {
    const id = idOf(request);
    const known = finished.get(id);
    if (known) {
      // The last used goes to the end of the map, so the first is the one to let go.
      finished.delete(id);
      finished.set(id, known);
      return Promise.resolve(known);
    }
    const job =
      pending.get(id) ??
      make(request)
        .then((data) => {
          keep(id, data);
          return data;
        })
        .finally(() => pending.delete(id));
    pending.set(id, job);
    return job;
  }

  /** Starts making an output, where it is not there yet. */
  function prepare(request: MediaRequest): void {
    const id = idOf(request);
    if (made.has(id) || failed.has(id) || pending.has(id)) return;
    get(request).catch((error: Error) => {
      // A thread that ended says nothing about the picture: it is tried again when someone looks.
      if (!(error instanceof RenderStoppedError)) failed.set(id, error);
    });
  }

  return {
    get,
    prepare,
    /** Throws where the output can never be made, as with a picture that cannot be read. */
    isReady(request: MediaRequest): boolean {
      const id = idOf(request);
      const error = failed.get(id);
      if (error) throw error;
      prepare(request);
      return made.has(id);
    },
    close: () => thread.close(),
  };
}

async function toPng(rgba: Buffer, { width, height }: MediaRequest): Promise<Buffer> {
  return sharp(rgba, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .png({ compressionLevel: 6 })
    .toBuffer();
}
