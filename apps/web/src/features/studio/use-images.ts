import { useCallback, useEffect, useRef, useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { toProblem } from '../../api/problem.ts';
import { cleared } from '../../data/clearance.ts';
import { t } from '../../strings/en.ts';
import { bytes } from '../../strings/format.ts';

const TYPES = ['image/jpeg', 'image/png', 'image/webp'];

/** What a file picker shall offer. */
export const accepted = TYPES.join(',');

export interface DraftImage {
  /** Its own in this form, whatever becomes of the upload. */
  key: string;
  state: 'uploading' | 'ready' | 'failed';
  /** Shown at once, from the file itself, until the service has it. */
  src: string;
  uploadId?: string | undefined;
  /** Why it failed. */
  problem?: string | undefined;
  /** Kept to try again. */
  file?: File | undefined;
}

/** The images of the form: they are uploaded as they come, and keep their order. */
export function useImages(initialIds: readonly string[], maxBytes: number | undefined) {
  const [images, setImages] = useState<readonly DraftImage[]>(() => initialIds.map(fromUpload));
  const previews = useRef(new Set<string>());
  useEffect(() => {
    const made = previews.current;
    return () => {
      for (const url of made) URL.revokeObjectURL(url);
    };
  }, []);

  const change = useCallback((key: string, to: Partial<DraftImage>) => {
    setImages((all) => all.map((image) => (image.key === key ? { ...image, ...to } : image)));
  }, []);

  const upload = useCallback(
    async (key: string, file: File): Promise<void> => {
      const problem = findProblem(file, maxBytes);
      if (problem) return change(key, { state: 'failed', problem });
      change(key, { state: 'uploading', problem: undefined });
      const form = new FormData();
      form.set('file', file);
      try {
        const { id } = await cleared(() =>
          answerOf(api.POST('/v1/uploads', { body: { file: file.name }, bodySerializer: () => form })),
        );
        change(key, { state: 'ready', uploadId: id });
      } catch (error) {
        const { message, advice } = toProblem(error);
        change(key, { state: 'failed', problem: `${message} ${advice}` });
      }
    },
    [change, maxBytes],
  );

  return {
    images,

    /** Adds files behind the others; `replace` puts the first of them into that place instead. */
    add(files: readonly File[], replace?: number): void {
      const added = files.map((file): DraftImage => {
        const src = URL.createObjectURL(file);
        previews.current.add(src);
        return { key: crypto.randomUUID(), state: 'uploading', src, file };
      });
      setImages((all) =>
        replace === undefined ? [...all, ...added] : all.toSpliced(replace, all[replace] ? 1 : 0, ...added),
      );
      for (const { key, file } of added) if (file) void upload(key, file);
    },

    remove(key: string): void {
      setImages((all) => all.filter((image) => image.key !== key));
    },

    /** Changes places with the one before. */
    moveEarlier(index: number): void {
      setImages((all) => {
        const [before, moved] = [all[index - 1], all[index]];
        return before && moved ? all.toSpliced(index - 1, 2, moved, before) : all;
      });
    },

    retry({ key, file }: DraftImage): void {
      if (file) void upload(key, file);
    },

    /** The service no longer has it. */
    markGone(key: string): void {
      change(key, { state: 'failed', problem: t.images.gone });
    },

    reset(ids: readonly string[]): void {
      setImages(ids.map(fromUpload));
    },
  };
}

export type Images = ReturnType<typeof useImages>;

function fromUpload(id: string): DraftImage {
  return { key: crypto.randomUUID(), state: 'ready', src: `/v1/uploads/${id}/content`, uploadId: id };
}

/** What can be said of a file without sending it. */
function findProblem(file: File, maxBytes: number | undefined): string | undefined {
  if (!TYPES.includes(file.type)) return t.images.wrongType(file.name);
  if (maxBytes !== undefined && file.size > maxBytes) return t.images.tooLarge(file.name, bytes(maxBytes));
  return undefined;
}
