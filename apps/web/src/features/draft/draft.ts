import { kinds } from '@veogate/shared/domain/models';
import { useSyncExternalStore } from 'react';
import type { Generation, Kind } from '../../api/types.ts';

const NAME = 'veogate-draft';
/** Whose draft it is. */
const OWNER = 'veogate-draft-of';

/** What stands in the form. Everything that the chosen model does not take is kept, for a change of mind. */
export interface Draft {
  kind: Kind;
  prompt: string;
  /** Undefined: the first that fits. */
  model?: string | undefined;
  keyId?: string | undefined;
  /** Undefined: the personal one. */
  projectId?: string | undefined;
  /** Ids of uploads, in their order. */
  imageIds: readonly string[];
  /** Only what differs from the model's standard. */
  params: Readonly<Record<string, string>>;
  count: number;
}

export const emptyDraft: Draft = { kind: 'text_to_video', prompt: '', imageIds: [], params: {}, count: 1 };

/** The draft of this tab; else the last one of any. */
export function loadDraft(): Draft {
  for (const storage of [sessionStorage, localStorage]) {
    const draft = parse(read(storage));
    if (draft) return draft;
  }
  return emptyDraft;
}

/** Kept for this tab's reload and for the next visit; two tabs do not write into each other's form. */
export function saveDraft(draft: Draft): void {
  for (const storage of [sessionStorage, localStorage]) {
    try {
      storage.setItem(NAME, JSON.stringify(draft));
    } catch {
      // A full or forbidden storage costs the draft its memory, nothing else.
    }
  }
}

let replacements = 0;
const listeners = new Set<() => void>();

/** Puts another draft into the form, wherever it is open. */
export function replaceDraft(draft: Draft): void {
  saveDraft(draft);
  replacements += 1;
  for (const tell of listeners) tell();
}

/** How often the draft was replaced: a form with another number begins anew. */
export function useReplacements(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => replacements,
  );
}

/**
 * Says who writes from now on. What somebody else left here is forgotten; whoever was signed out, and comes back, finds
 * theirs again.
 */
export function claimDraft(userId: string): void {
  const owners = [sessionStorage, localStorage].flatMap((storage) => read(storage, OWNER) ?? []);
  if (owners.some((owner) => owner !== userId)) forgetDraft();
  for (const storage of [sessionStorage, localStorage]) {
    try {
      storage.setItem(OWNER, userId);
    } catch {
      // Where nothing is stored, nothing is left.
    }
  }
}

/** Nothing of what one person wrote is shown to the next. */
export function forgetDraft(): void {
  for (const storage of [sessionStorage, localStorage]) {
    try {
      storage.removeItem(NAME);
      storage.removeItem(OWNER);
    } catch {
      // What cannot be stored was not.
    }
  }
}

/** The form that would make this generation again. */
export function toDraft(generation: Generation): Draft {
  const { kind, prompt, model, key_id, project_id, image_ids, params, count } = generation;
  return { kind, prompt, model, keyId: key_id, projectId: project_id, imageIds: image_ids, params, count };
}

function read(storage: Storage, name = NAME): string | null {
  try {
    return storage.getItem(name);
  } catch {
    return null;
  }
}

/** What was stored may be from another version, or from anybody. */
function parse(text: string | null): Draft | undefined {
  if (text === null) return undefined;
  try {
    const { kind, prompt, model, keyId, projectId, imageIds, params, count } = JSON.parse(text) as Record<
      string,
      unknown
    >;
    return {
      kind: kinds.find((known) => known === kind) ?? emptyDraft.kind,
      prompt: typeof prompt === 'string' ? prompt : '',
      model: typeof model === 'string' ? model : undefined,
      keyId: typeof keyId === 'string' ? keyId : undefined,
      projectId: typeof projectId === 'string' ? projectId : undefined,
      imageIds: Array.isArray(imageIds) ? imageIds.filter((id) => typeof id === 'string') : [],
      params: isStrings(params) ? params : {},
      count: typeof count === 'number' && Number.isInteger(count) && count > 0 ? count : 1,
    };
  } catch {
    return undefined;
  }
}

function isStrings(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((entry) => typeof entry === 'string')
  );
}
