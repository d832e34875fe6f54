import { kinds } from '@veogate/shared/domain/models';
import type { EstimateRequest, Key, Kind, KindRules, Model, NewGeneration } from '../../api/types.ts';
import { isUsable } from '../../data/keys.ts';
import { t } from '../../strings/en.ts';
import type { Draft } from '../draft/draft.ts';

/** What the form comes to with the models and keys that there are. */
export interface Choices {
  modes: { kind: Kind; isOffered: boolean }[];
  /** Those that make the kind. */
  models: Model[];
  model: Model | undefined;
  rules: KindRules | undefined;
  /** Usable ones of the model's provider. */
  keys: Key[];
  key: Key | undefined;
  count: number;
  /** Legal for the model, and not its standard: what will be sent. */
  params: Record<string, string>;
}

/** The nearest legal choice to a draft: what it asks for where that may be, and the first that fits elsewhere. */
export function choose(draft: Draft, allModels: readonly Model[], allKeys: readonly Key[]): Choices {
  const offered = allModels.filter(({ state }) => state !== 'retired');
  const usable = allKeys.filter(isUsable);
  const makes = (model: Model, kind: Kind) => model.kinds.find((rules) => rules.kind === kind);
  const hasKey = (model: Model) => usable.some(({ provider }) => provider === model.provider);
  const models = offered.filter((model) => makes(model, draft.kind));
  const preferredProvider = usable.find(({ id }) => id === draft.keyId)?.provider;
  const model =
    models.find(({ id }) => id === draft.model) ??
    models.find((candidate) => candidate.provider === preferredProvider) ??
    models.find(hasKey) ??
    models[0];
  const rules = model && makes(model, draft.kind);
  const keys = usable.filter(({ provider }) => provider === model?.provider);
  return {
    modes: kinds.map((kind) => ({ kind, isOffered: offered.some((candidate) => makes(candidate, kind)) })),
    models,
    model,
    rules,
    keys,
    key:
      keys.find(({ id }) => id === draft.keyId) ??
      keys.find(({ state, scope }) => state === 'active' && scope !== 'team') ??
      keys.find(({ state }) => state === 'active') ??
      keys[0],
    count: rules ? Math.min(Math.max(draft.count, rules.count.min), rules.count.max) : 1,
    params: Object.fromEntries(
      (rules?.params ?? []).flatMap(({ name, values, default: standard }) => {
        const wanted = draft.params[name];
        const isLegal = wanted !== undefined && values.includes(wanted) && wanted !== standard;
        return isLegal ? [[name, wanted]] : [];
      }),
    ),
  };
}

/** What stands in the way, the first thing first; and which part of the form it is about. */
export interface Missing {
  field: 'prompt' | 'images' | 'key' | 'model';
  reason: string;
}

/** Why the form cannot be sent yet; undefined where it can. */
export function findMissing(
  { prompt }: Draft,
  { model, rules, key }: Choices,
  images: readonly { state: 'uploading' | 'ready' | 'failed' }[],
  isPaused: boolean,
): Missing | undefined {
  const { missing } = t.studio;
  if (!model || !rules) return { field: 'model', reason: missing.model };
  if (prompt.trim() === '') return { field: 'prompt', reason: missing.prompt };
  if (prompt.length > model.prompt_max) return { field: 'prompt', reason: missing.promptTooLong };
  const used = images.slice(0, rules.images.max);
  if (used.some(({ state }) => state === 'failed')) return { field: 'images', reason: missing.imageFailed };
  if (used.some(({ state }) => state === 'uploading')) return { field: 'images', reason: missing.uploading };
  if (used.length < rules.images.min) {
    return { field: 'images', reason: missing.images(rules.images.min - used.length) };
  }
  if (!key) return { field: 'key', reason: missing.key };
  if (isPaused) return { field: 'model', reason: missing.paused };
  return undefined;
}

/** The request that the form stands for; undefined where something is missing. What was not chosen is not sent. */
export function toRequest(
  { kind, prompt }: Draft,
  { model, rules, key, count, params }: Choices,
  imageIds: readonly string[],
  projectId?: string | undefined,
): NewGeneration | undefined {
  if (!model || !rules || !key) return undefined;
  const used = imageIds.slice(0, rules.images.max);
  return {
    model: model.id,
    kind,
    prompt,
    key_id: key.id,
    ...(projectId !== undefined && { project_id: projectId }),
    ...(used.length > 0 && { image_ids: used }),
    ...(Object.keys(params).length > 0 && { params }),
    ...(count > 1 && { count }),
  };
}

/** What the price of a request is asked by: everything of it but the words. */
export function toEstimate(request: NewGeneration | undefined): EstimateRequest | undefined {
  if (!request) return undefined;
  const { prompt: _, metadata: __, ...rest } = request;
  return rest;
}
