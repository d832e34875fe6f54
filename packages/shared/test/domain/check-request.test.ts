import { describe, expect, it } from 'vitest';
import { checkRequest } from '../../src/domain/check-request.ts';
import { findModel, kinds, listModels } from '../../src/domain/models.ts';

const model = findModel('genaipro/veo');
if (!model) throw new Error('the catalogue lost its first model');
const fine = { kind: 'text_to_video', prompt: 'a boat', imageCount: 0, params: {}, count: 1 } as const;

describe('checking a request against its model', () => {
  it('finds nothing wrong with what the model lists', () => {
    for (const candidate of listModels({ demo: true })) {
      for (const kind of kinds) {
        const rules = candidate.kinds[kind];
        if (!rules) continue;
        const params = Object.fromEntries(
          Object.entries(rules.params).map(([name, rule]) => [name, rule.default]),
        );
        const request = {
          kind,
          prompt: 'a boat',
          imageCount: rules.images.min,
          params,
          count: rules.count.max,
        };
        expect(checkRequest(candidate, request)).toEqual([]);
      }
    }
  });

  it.each([
    [{ kind: 'extend_video' }, 'kind'],
    [{ prompt: '   ' }, 'prompt'],
    [{ prompt: 'x'.repeat(4_001) }, 'prompt'],
    [{ imageCount: 1 }, 'image_ids'],
    [{ kind: 'image_to_video' }, 'image_ids'],
    [{ kind: 'ingredients_to_video', imageCount: 4 }, 'image_ids'],
    [{ count: 5 }, 'count'],
    [{ params: { aspect_ratio: '4:3' } }, 'params.aspect_ratio'],
    [{ params: { seed: '7' } }, 'params.seed'],
    [{ params: { constructor: 'x' } }, 'params.constructor'],
    [
      { kind: 'ingredients_to_video', imageCount: 1, params: { aspect_ratio: '16:9' } },
      'params.aspect_ratio',
    ],
  ] as const)('names the field that is wrong in %o', (wrong, field) => {
    expect(checkRequest(model, { ...fine, ...wrong }).map((issue) => issue.field)).toEqual([field]);
  });

  it('names everything that is wrong at once', () => {
    const issues = checkRequest(model, { ...fine, prompt: '', count: 9, params: { aspect_ratio: 'x' } });
    expect(issues.map(({ field }) => field)).toEqual(['prompt', 'count', 'params.aspect_ratio']);
    expect(issues[2]?.allowed).toEqual(['16:9', '9:16']);
  });
});
