import { useCallback, useRef, useState } from 'react';
import { useKeys } from '../../data/keys.ts';
import { useModels } from '../../data/service.ts';
import { t } from '../../strings/en.ts';
import { likesMotion } from '../../ui/likes-motion.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { toast } from '../../ui/toasts.tsx';
import { loadDraft, useReplacements } from '../draft/draft.ts';
import { Composer } from './composer.tsx';
import { Feed } from './feed.tsx';
import { Guide, useGuide } from './guide.tsx';
import classes from './studio-page.module.css';

/** Where videos are asked for, and where one sees them come. */
export function StudioPage() {
  return <Studio key={useReplacements()} />;
}

function Studio() {
  const [draft, setDraft] = useState(loadDraft);
  const models = useModels();
  const keys = useKeys();
  const guide = useGuide();
  const feed = useRef<HTMLDivElement>(null);
  const problem = models.error ?? keys.error;

  const onBegun = useCallback(() => {
    toast(t.studio.begun, { tone: 'silent' });
    // On a phone the form fills the screen; what was begun is below it.
    if (matchMedia('(max-width: 60rem)').matches) {
      feed.current?.scrollIntoView({ behavior: likesMotion() ? 'smooth' : 'auto' });
    }
  }, []);

  return (
    <Page documentTitle={t.app.titles.studio} title={t.studio.title}>
      <div className={classes.columns}>
        <div className={classes.form}>
          {problem && (
            <ProblemNotice
              error={problem}
              onRetry={() => {
                void models.refetch();
                void keys.refetch();
              }}
            />
          )}
          {models.data && keys.data ? (
            <Composer
              draft={draft}
              setDraft={setDraft}
              models={models.data}
              keys={keys.data}
              onBegun={onBegun}
            />
          ) : (
            !problem && <div className={classes.placeholder} role="status" aria-label={t.app.loading} />
          )}
        </div>
        {guide.isShown && keys.data && (
          <div className={classes.guide}>
            <Guide
              keys={keys.data}
              hasPrompt={draft.prompt.trim() !== ''}
              onPrompt={(prompt) => setDraft((before) => ({ ...before, prompt }))}
              onSkip={guide.skip}
            />
          </div>
        )}
        <div ref={feed} className={classes.feed}>
          <Feed isGuided={guide.isShown} />
        </div>
      </div>
    </Page>
  );
}
