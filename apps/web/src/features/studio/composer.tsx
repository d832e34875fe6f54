import { Button } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Generation, Key, Model } from '../../api/types.ts';
import { useGenerate } from '../../data/generations.ts';
import { useMeta } from '../../data/service.ts';
import { t } from '../../strings/en.ts';
import { Choice } from '../../ui/choice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { toast } from '../../ui/toasts.tsx';
import { type Draft, emptyDraft, saveDraft } from '../draft/draft.ts';
import { choose, findMissing, type Missing, toRequest } from './choose.ts';
import classes from './composer.module.css';
import { ImageSlots } from './image-slots.tsx';
import { ModelAndKey } from './model-and-key.tsx';
import { PriceLine } from './price-line.tsx';
import { useFileDrop } from './use-file-drop.ts';
import { useImages } from './use-images.ts';

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** The form: what to make, out of what, and what it will cost. */
export function Composer({
  draft,
  setDraft,
  models,
  keys,
  onBegun,
}: {
  draft: Draft;
  setDraft: (change: (draft: Draft) => Draft) => void;
  models: readonly Model[];
  keys: readonly Key[];
  onBegun: (generation: Generation) => void;
}) {
  const { data: meta } = useMeta();
  const images = useImages(draft.imageIds, meta?.limits.upload_max_bytes);
  const choices = choose(draft, models, keys);
  const { model, rules, count, params, modes } = choices;
  const missing = findMissing(draft, choices, images.images, meta !== undefined && meta.mode !== 'open');
  const generate = useGenerate();
  const [shownMissing, setShownMissing] = useState<Missing>();
  const prompt = useRef<HTMLTextAreaElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const idempotency = useRef({ body: '', key: '' });
  const change = (to: Partial<Draft>) => setDraft((before) => ({ ...before, ...to }));

  const imageIds = images.images.flatMap(({ uploadId }) => uploadId ?? []);
  const imageIdsText = imageIds.join();
  useEffect(() => {
    setDraft((before) => ({ ...before, imageIds: imageIdsText === '' ? [] : imageIdsText.split(',') }));
  }, [imageIdsText, setDraft]);
  useEffect(() => saveDraft(draft), [draft]);

  const drop = useFileDrop((files) => {
    let room = rules ? rules.images.max - images.images.length : 0;
    if (
      rules?.images.max === 0 &&
      modes.some(({ kind, isOffered }) => kind === 'image_to_video' && isOffered)
    ) {
      change({ kind: 'image_to_video' });
      toast(t.images.movedToImage);
      room = 1;
    }
    if (files.length > room) {
      toast(t.images.tooMany(rules?.images.max || 1), { tone: 'failed' });
    }
    if (room > 0) images.add(files.slice(0, room));
  });

  async function submit(event?: FormEvent): Promise<void> {
    event?.preventDefault();
    setShownMissing(missing);
    if (missing) return focusOn(missing);
    const body = toRequest(draft, choices, imageIds);
    if (!body || generate.isPending) return;
    // The same request again, after its answer was lost, is the same generation: nobody is billed twice.
    const text = JSON.stringify(body);
    if (idempotency.current.body !== text) idempotency.current = { body: text, key: crypto.randomUUID() };
    try {
      const generation = await generate.mutateAsync({ body, idempotencyKey: idempotency.current.key });
      idempotency.current = { body: '', key: '' };
      onBegun(generation);
    } catch {
      // Shown from `generate.error`.
    }
  }

  function focusOn({ field }: Missing): void {
    if (field === 'prompt') prompt.current?.focus();
    else form.current?.querySelector<HTMLElement>(`[data-field="${field}"] :is(button, select, a)`)?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void submit();
  }

  function clear(): void {
    setDraft((before) => ({ ...emptyDraft, kind: before.kind, model: before.model, keyId: before.keyId }));
    images.reset([]);
    generate.reset();
    setShownMissing(undefined);
    toast(t.studio.draftCleared);
    prompt.current?.focus();
  }

  const left = (model?.prompt_max ?? 0) - draft.prompt.length;
  const isNearEnd = model !== undefined && left < 200;
  return (
    <form
      ref={form}
      className={classes.composer}
      data-over={drop.isOver || undefined}
      onSubmit={submit}
      onKeyDown={onKeyDown}
      {...drop.handlers}
    >
      <Choice
        wide
        legend={t.studio.mode}
        hint={t.kinds[draft.kind].hint}
        value={draft.kind}
        onChange={(kind) => change({ kind })}
        options={modes.map(({ kind, isOffered }) => ({
          value: kind,
          name: t.kinds[kind].name,
          unavailable: isOffered ? undefined : t.studio.modeUnavailable(t.kinds[kind].name),
        }))}
      />

      <div className={classes.field}>
        <label htmlFor="prompt" className={classes.label}>
          {t.studio.prompt}
        </label>
        <textarea
          ref={prompt}
          id="prompt"
          className={classes.prompt}
          rows={5}
          value={draft.prompt}
          placeholder={t.studio.promptPlaceholder}
          aria-describedby="prompt-left"
          aria-invalid={left < 0 || shownMissing?.field === 'prompt'}
          onChange={(event) => {
            change({ prompt: event.currentTarget.value });
            setShownMissing(undefined);
          }}
        />
        <div id="prompt-left" className={classes.left} data-over={left < 0 || undefined} aria-live="polite">
          {isNearEnd && (left < 0 ? t.studio.promptOver(-left) : t.studio.promptLeft(left))}
        </div>
      </div>

      {rules && rules.images.max > 0 && (
        <div data-field="images">
          <ImageSlots rules={rules.images} images={images} />
        </div>
      )}

      <ModelAndKey choices={choices} providers={meta?.providers ?? []} onChange={change} />

      {rules && (
        <div className={classes.settings}>
          {rules.params.map(({ name, values, default: standard }) => (
            <Choice
              key={name}
              legend={t.params[name] ?? name}
              value={params[name] ?? standard}
              onChange={(value) => change({ params: { ...draft.params, [name]: value } })}
              options={values.map((value) => ({ value, name: t.paramValues[value] ?? value }))}
            />
          ))}
          {rules.count.max > 1 && (
            <Choice
              legend={t.studio.count}
              value={String(count)}
              onChange={(value) => change({ count: Number(value) })}
              options={numbers(rules.count).map((n) => ({ value: String(n), name: n }))}
            />
          )}
        </div>
      )}

      {generate.error && <ProblemNotice error={generate.error} />}

      <div className={classes.send}>
        <PriceLine model={model} count={count} missing={missing?.reason} />
        <div className={classes.buttons}>
          <Button variant="subtle" size="md" onClick={clear}>
            {t.studio.clear}
          </Button>
          <Button
            type="submit"
            variant="filled"
            size="md"
            loading={generate.isPending}
            aria-describedby="price"
            rightSection={
              <kbd className={classes.keys} aria-hidden>
                {isMac ? t.studio.shortcut.mac : t.studio.shortcut.other}
              </kbd>
            }
          >
            {t.studio.generate}
          </Button>
        </div>
        <p className={classes.hidden} role="alert">
          {shownMissing?.reason}
        </p>
      </div>
      {drop.isOver && <div className={classes.drop}>{t.images.drop}</div>}
    </form>
  );
}

function numbers({ min, max }: { min: number; max: number }): number[] {
  return Array.from({ length: max - min + 1 }, (_, index) => min + index);
}
