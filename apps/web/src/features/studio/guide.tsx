import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Generation, Key } from '../../api/types.ts';
import { isUnfinished } from '../../data/generation-cache.ts';
import { useGenerations } from '../../data/generations.ts';
import { isUsable } from '../../data/keys.ts';
import { t } from '../../strings/en.ts';
import { LinkButton } from '../../ui/app-link.tsx';
import { DemoKeyButton } from '../demo-key/demo-key-button.tsx';
import { Player } from '../generation/player.tsx';
import classes from './guide.module.css';

const SEEN = 'veogate-guide-seen';

/** Whether this person still has to make a first video here. */
export function useGuide() {
  const [wasSkipped, setSkipped] = useState(() => localStorage.getItem(SEEN) !== null);
  // Who begins as a newcomer sees the guide to its end, which is a video.
  const [isNewcomer, setNewcomer] = useState<boolean>();
  const { data } = useGenerations({});
  if (data && isNewcomer === undefined) {
    setNewcomer(!data.pages.some((page) => page.data.some(({ status }) => status === 'succeeded')));
  }
  return {
    isShown: isNewcomer === true && !wasSkipped,
    skip: () => {
      localStorage.setItem(SEEN, 'yes');
      setSkipped(true);
    },
  };
}

/** From nothing to a video, in three steps. */
export function Guide({
  keys,
  hasPrompt,
  onPrompt,
  onSkip,
}: {
  keys: readonly Key[];
  hasPrompt: boolean;
  onPrompt: (prompt: string) => void;
  onSkip: () => void;
}) {
  const { data } = useGenerations({});
  const made = data?.pages.flatMap((page) => page.data) ?? [];
  const finished = made.find(({ status, outputs }) => status === 'succeeded' && outputs.length > 0);
  const key = keys.find(isUsable);
  const isBegun = made.length > 0;
  return (
    <section className={classes.guide} aria-labelledby="guide">
      <div className={classes.head}>
        <h2 id="guide" className={classes.title}>
          {t.guide.title}
        </h2>
        <Button variant="subtle" size="sm" onClick={onSkip}>
          {finished ? t.actions.close : t.guide.skip}
        </Button>
      </div>
      <ol className={classes.steps}>
        <Step name={t.guide.steps.key} isDone={key !== undefined}>
          {key ? <KeyReady keyInUse={key} /> : <KeyNeeded />}
        </Step>
        <Step name={t.guide.steps.prompt} isDone={hasPrompt || isBegun}>
          {hasPrompt || isBegun ? <p>{t.guide.promptReady}</p> : <Samples onPrompt={onPrompt} />}
        </Step>
        <Step name={t.guide.steps.video} isDone={finished !== undefined}>
          {finished ? <Finished generation={finished} /> : <p>{videoText(made)}</p>}
        </Step>
      </ol>
    </section>
  );
}

function Step({ name, isDone, children }: { name: string; isDone: boolean; children: ReactNode }) {
  return (
    <li className={classes.step} data-done={isDone || undefined}>
      <span className={classes.tick}>
        {isDone && <Check size={16} aria-label={t.guide.done} strokeWidth={2.5} />}
      </span>
      <div className={classes.body}>
        <h3 className={classes.name}>{name}</h3>
        {children}
      </div>
    </li>
  );
}

function KeyReady({ keyInUse: { provider, label } }: { keyInUse: Key }) {
  if (provider !== 'demo') return <p>{t.guide.keyReady(label)}</p>;
  return (
    <p>
      {t.guide.keyDemoReady} <Link to="/keys">{t.guide.ownKey}</Link>
    </p>
  );
}

function KeyNeeded() {
  return (
    <>
      <p>{t.guide.keyNeeded}</p>
      <div className={classes.buttons}>
        <DemoKeyButton />
        <LinkButton to="/keys" size="sm">
          {t.guide.ownKey}
        </LinkButton>
      </div>
    </>
  );
}

function Samples({ onPrompt }: { onPrompt: (prompt: string) => void }) {
  return (
    <>
      <p>{t.guide.promptText}</p>
      <ul className={classes.samples}>
        {t.guide.prompts.map((prompt) => (
          <li key={prompt}>
            <button type="button" className={classes.sample} onClick={() => onPrompt(prompt)}>
              {prompt}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Finished({ generation }: { generation: Generation }) {
  const [output] = generation.outputs;
  return (
    <>
      <p>{t.guide.finished}</p>
      {output && <Player output={output} prompt={generation.prompt} />}
    </>
  );
}

function videoText(made: readonly Generation[]): string {
  if (made.some(isUnfinished)) return t.guide.videoWaiting;
  return made.length > 0 ? t.guide.videoFailed : t.guide.videoText;
}
