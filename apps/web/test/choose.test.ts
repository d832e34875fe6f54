import { describe, expect, it } from 'vitest';
import { emptyDraft } from '../src/features/draft/draft.ts';
import { choose, findMissing, toEstimate, toRequest } from '../src/features/studio/choose.ts';
import { key, videoModel } from './support/samples.ts';

const demoModel = { ...videoModel, id: 'demo/veo', provider: 'demo' as const };
const models = [demoModel, videoModel];

describe('what the form comes to', () => {
  it('takes the model of a provider that there is a key for', () => {
    expect(choose(emptyDraft, models, [key()]).model?.id).toBe('genaipro/veo');
    expect(choose(emptyDraft, models, [key({ provider: 'demo' })]).model?.id).toBe('demo/veo');
    expect(choose(emptyDraft, models, []).model?.id).toBe('demo/veo');
  });

  it('prefers a good key to one that is still being checked, and takes no retired one', () => {
    const keys = [key({ state: 'retired' }), key({ state: 'checking' }), key({ id: 'good' })];
    expect(choose(emptyDraft, [videoModel], keys).key?.id).toBe('good');
    expect(choose(emptyDraft, [videoModel], keys.slice(0, 1)).key).toBeUndefined();
  });

  it('takes one’s own key before one of the team', () => {
    const team = key({ scope: 'team', can_manage: false });
    expect(choose(emptyDraft, [videoModel], [team, key({ id: 'own' })]).key?.id).toBe('own');
    expect(choose(emptyDraft, [videoModel], [team]).key?.id).toBe(team.id);
  });

  it('asks for the price by everything but the words', () => {
    const draft = { ...emptyDraft, prompt: 'x', count: 2 };
    const request = toRequest(draft, choose(draft, [videoModel], [key({ id: 'k' })]), [], 'p');
    expect(toEstimate(request)).toEqual({
      model: 'genaipro/veo',
      kind: 'text_to_video',
      key_id: 'k',
      project_id: 'p',
      count: 2,
    });
  });

  it('offers no model that was retired', () => {
    const retired = { ...videoModel, state: 'retired' as const };
    const { model, modes } = choose(emptyDraft, [retired], [key()]);
    expect(model).toBeUndefined();
    expect(modes.some(({ isOffered }) => isOffered)).toBe(false);
  });

  it('sends only what was chosen, is legal, and is not the standard', () => {
    const draft = { ...emptyDraft, prompt: 'x', params: { aspect_ratio: '16:9', resolution: '8k' } };
    const keys = [key({ id: 'k' })];
    expect(toRequest(draft, choose(draft, [videoModel], keys), [])).toEqual({
      model: 'genaipro/veo',
      kind: 'text_to_video',
      prompt: 'x',
      key_id: 'k',
    });
    const tall = { ...draft, params: { aspect_ratio: '9:16' }, count: 9 };
    expect(toRequest(tall, choose(tall, [videoModel], keys), [])).toMatchObject({
      params: { aspect_ratio: '9:16' },
      count: 4,
    });
  });

  it('sends no more images than the mode takes, in their order', () => {
    const draft = { ...emptyDraft, kind: 'frames_to_video' as const, prompt: 'x' };
    const choices = choose(draft, [videoModel], [key()]);
    expect(toRequest(draft, choices, ['a', 'b', 'c'])?.image_ids).toEqual(['a', 'b']);
  });

  it('says what is missing, the first thing first', () => {
    const frames = { ...emptyDraft, kind: 'frames_to_video' as const };
    const missing = (
      draft: typeof frames,
      keys = [key()],
      images: Parameters<typeof findMissing>[2] = [],
      paused = false,
    ) => findMissing(draft, choose(draft, [videoModel], keys), images, paused)?.field;
    const written = { ...frames, prompt: 'x' };
    expect(missing(frames)).toBe('prompt');
    expect(missing({ ...frames, prompt: 'x'.repeat(101) })).toBe('prompt');
    expect(missing(written)).toBe('images');
    expect(missing(written, [key()], [{ state: 'uploading' }])).toBe('images');
    expect(missing(written, [key()], [{ state: 'failed' }])).toBe('images');
    expect(missing(written, [], [{ state: 'ready' }])).toBe('key');
    expect(missing(written, [key()], [{ state: 'ready' }], true)).toBe('model');
    expect(missing(written, [key()], [{ state: 'ready' }])).toBeUndefined();
  });
});
