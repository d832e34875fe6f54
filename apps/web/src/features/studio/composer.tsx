import { Button, VisuallyHidden } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import type { Key, Model } from '../../api/types.ts';
import { useEstimate } from '../../data/budgets.ts';
import { useGenerate } from '../../data/generations.ts';
import { useMeta } from '../../data/service.ts';
import { t } from '../../strings/en.ts';
import { Choice } from '../../ui/choice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { toast } from '../../ui/toasts.tsx';
import { type Draft, emptyDraft, saveDraft } from '../draft/draft.ts';
import { choose, findMissing, type Missing, toEstimate, toRequest } from './choose.ts';
import classes from './composer.module.css';
import { ImageSlots } from './image-slots.tsx';
import { ModelAndKey } from './model-and-key.tsx';
import { PriceLine } from './price-line.tsx';
import { ProjectChoice, useProjectChoice } from './project-choice.tsx';
import { PromptField } from './prompt-field.tsx';
import { idempotencyKeyOf, markAnswered } from './unanswered.ts';
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
  onBegun: () => void;
}) {
  const { data: meta } = useMeta();
  const images = useImages(draft.imageIds, meta?.limits.upload_max_bytes);
  const choices = choose(draft, models, keys);
  const { model, rules, count, params, modes } = choices;
  const missing = findMissing(draft, choices, images.images, meta !== undefined && meta.mode !== 'open');
  const projects = useProjectChoice(draft.projectId);
  const generate = useGenerate();
  const { data: estimate } = useEstimate(
    // What is simulated costs nothing, and a form without its images costs nothing yet.
    model?.provider === 'demo' || missing?.field === 'images'
      ? undefined
      : toEstimate(toRequest(draft, choices, draft.imageIds, projects.chosen)),
  );
  const [shownMissing, setShownMissing] = useState<Missing>();
  const prompt = useRef<HTMLTextAreaElement>(null);
  const form = useRef<HTMLFormElement>(null);
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
    const body = toRequest(draft, choices, imageIds, projects.chosen);
    if (!body || generate.isPending) return;
    try {
      await generate.mutateAsync({ body, idempotencyKey: idempotencyKeyOf(body) });
      markAnswered();
      onBegun();
    } catch (error) {
      // Shown from `generate.error`. What was refused did not begin; of what passes, nobody knows.
      if (!toProblem(error).isPassing) markAnswered();
    }
  }

  function focusOn({ field }: Missing): void {
    if (field === 'prompt') prompt.current?.focus();
    else form.current?.querySelector<HTMLElement>(`[data-field="${field}"] :is(button, select, a)`)?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    // A key that is held down asks once.
    if (!event.repeat) void submit();
  }

  function clear(): void {
    setDraft(({ kind, model: modelId, keyId, projectId }) => ({
      ...emptyDraft,
      kind,
      model: modelId,
      keyId,
      projectId,
    }));
    images.reset([]);
    generate.reset();
    setShownMissing(undefined);
    toast(t.studio.draftCleared);
    prompt.current?.focus();
  }

  return (
    <form ref={form} className={classes.composer} onSubmit={submit} onKeyDown={onKeyDown} {...drop.handlers}>
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

      <PromptField
        ref={prompt}
        value={draft.prompt}
        max={model?.prompt_max ?? Number.POSITIVE_INFINITY}
        isMissing={shownMissing?.field === 'prompt'}
        onChange={(text) => {
          change({ prompt: text });
          setShownMissing(undefined);
        }}
      />

      {rules && rules.images.max > 0 && (
        <div data-field="images">
          <ImageSlots rules={rules.images} images={images} />
        </div>
      )}

      <ModelAndKey choices={choices} providers={meta?.providers ?? []} onChange={change} />

      {projects.offered.length > 1 && (
        <ProjectChoice choice={projects} onChange={(projectId) => change({ projectId })} />
      )}

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
        <PriceLine model={model} count={count} missing={missing?.reason} estimate={estimate} />
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
            // The second half of a double click is not a second wish.
            onClick={(event) => event.detail > 1 && event.preventDefault()}
            rightSection={
              <kbd className={classes.keys} aria-hidden>
                {isMac ? t.studio.shortcut.mac : t.studio.shortcut.other}
              </kbd>
            }
          >
            {t.studio.generate}
          </Button>
        </div>
        <VisuallyHidden role="alert">{shownMissing?.reason}</VisuallyHidden>
      </div>
      {drop.isOver && <div className={classes.drop}>{t.images.drop}</div>}
    </form>
  );
}

function numbers({ min, max }: { min: number; max: number }): number[] {
  return Array.from({ length: max - min + 1 }, (_, index) => min + index);
}
