import type { Kind, Model } from './models.ts';

/** One thing wrong with a request: which field, which rule, and the nearest value that would be right. */
export interface FieldIssue {
  field: string;
  message: string;
  allowed?: readonly string[];
}

export interface GenerationRequest {
  kind: Kind;
  prompt: string;
  imageCount: number;
  params: Readonly<Record<string, string>>;
  count: number;
}

/** Everything that `model` would not accept about a request; empty where it is fine. */
export function checkRequest(model: Model, request: GenerationRequest): FieldIssue[] {
  const rules = model.kinds[request.kind];
  if (!rules) {
    const allowed = Object.keys(model.kinds);
    return [{ field: 'kind', message: `${model.name} does not make ${request.kind}.`, allowed }];
  }
  const issues: FieldIssue[] = [];
  if (model.state === 'retired')
    issues.push({ field: 'model', message: `${model.name} is no longer offered.` });
  if (request.prompt.trim() === '') issues.push({ field: 'prompt', message: 'The prompt is empty.' });
  if (request.prompt.length > model.promptMax) {
    issues.push({ field: 'prompt', message: `The prompt is longer than ${model.promptMax} characters.` });
  }
  const { images, count, params } = rules;
  if (request.imageCount < images.min || request.imageCount > images.max) {
    issues.push({
      field: 'image_ids',
      message: `${request.kind} takes ${range(images)} image(s), not ${request.imageCount}.`,
    });
  }
  if (request.count < count.min || request.count > count.max) {
    issues.push({
      field: 'count',
      message: `${model.name} makes ${range(count)} at a time, not ${request.count}.`,
    });
  }
  for (const [name, value] of Object.entries(request.params)) {
    const rule = Object.hasOwn(params, name) ? params[name] : undefined;
    if (!rule) {
      const allowed = Object.keys(params);
      issues.push({ field: `params.${name}`, message: `${request.kind} has no parameter ${name}.`, allowed });
    } else if (!rule.values.includes(value)) {
      issues.push({ field: `params.${name}`, message: `${name} cannot be ${value}.`, allowed: rule.values });
    }
  }
  return issues;
}

function range({ min, max }: { min: number; max: number }): string {
  return min === max ? String(min) : `${min} to ${max}`;
}
