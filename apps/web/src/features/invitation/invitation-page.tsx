import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import type { InvitationPreview, Me } from '../../api/types.ts';
import { forgetInvitation, takeInvitationToken, waitingInvitation } from '../../data/invitation-token.ts';
import { useAcceptInvitation, useInvitationPreview } from '../../data/invitations.ts';
import { useMe } from '../../data/service.ts';
import { projectsText } from '../../strings/en/projects.ts';
import { t as shell } from '../../strings/en.ts';
import { LinkButton } from '../../ui/app-link.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Pending } from '../../ui/rows.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useNewLink } from '../../ui/use-new-link.ts';
import classes from '../sign-in/sign-in.module.css';
import { SignInPanel } from '../sign-in/sign-in-panel.tsx';
import { Facts } from './facts.tsx';

const { invitation: t } = projectsText;

/** What an invitation link leads to: who invites to what, and the way in. */
export function InvitationPage() {
  const [token] = useState(() => {
    takeInvitationToken();
    return waitingInvitation();
  });
  useNewLink();
  const offer = useInvitationPreview(token);
  const me = useMe();
  useEffect(() => {
    document.title = shell.app.titles.invitation;
  }, []);

  if (token === undefined) {
    return (
      <EmptyState isPage title={t.none} text={t.noneText}>
        <LinkButton to="/">{t.home}</LinkButton>
      </EmptyState>
    );
  }
  if (me.isPending || offer.isPending) return <Pending error={undefined} onRetry={() => {}} />;
  if (offer.error) {
    if (me.data && isOver(offer.error)) return <Return token={token} />;
    return <Refused error={offer.error} onRetry={() => void offer.refetch()} />;
  }
  if (me.data) return <Accept me={me.data} token={token} offer={offer.data} />;
  return (
    <SignInPanel
      returnTo="/invitation"
      title={titleOf(offer.data)}
      intro={introOf(offer.data)}
      invitation={token}
      onDone={() => void me.refetch()}
    >
      <Facts offer={offer.data} />
    </SignInPanel>
  );
}

function isOver(error: unknown): boolean {
  return toProblem(error).code === 'invitation_invalid';
}

/** Accepts, and leads to where the invitation leads. */
function useEnter(token: string) {
  const accept = useAcceptInvitation();
  const navigate = useNavigate();
  const { mutate } = accept;
  const enter = useCallback(
    () =>
      mutate(token, {
        onSuccess: ({ project_id }) => {
          forgetInvitation();
          toast(t.welcome);
          void (project_id === null
            ? navigate({ to: '/', replace: true })
            : navigate({ to: '/projects/$id', params: { id: project_id }, replace: true }));
        },
      }),
    [mutate, navigate, token],
  );
  return { enter, isBusy: accept.isPending, error: accept.error };
}

/** For whoever comes back from the sign-in that used the invitation up: it leads on for them, and for nobody else. */
function Return({ token }: { token: string }) {
  const { enter, error } = useEnter(token);
  useEffect(() => enter(), [enter]);
  return error ? <Refused error={error} onRetry={enter} /> : <Pending error={undefined} onRetry={() => {}} />;
}

function Refused({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { message, advice, isPassing } = toProblem(error);
  const isForGood = isOver(error);
  useEffect(() => {
    if (isForGood) forgetInvitation();
  }, [isForGood]);
  return (
    <EmptyState
      isPage
      title={isForGood ? t.over : message}
      text={isForGood ? `${message} ${advice}` : advice}
    >
      {isPassing && <Button onClick={onRetry}>{shell.problems.tryAgain}</Button>}
      <LinkButton to="/">{t.home}</LinkButton>
    </EmptyState>
  );
}

/** For whoever is signed in already: a project is for them too, the rest of an invitation for newcomers. */
function Accept({ me, token, offer }: { me: Me; token: string; offer: InvitationPreview }) {
  const { enter, isBusy, error } = useEnter(token);
  const hasProject = offer.project_name !== null;
  return (
    <div className={classes.room}>
      <div className={classes.panel}>
        <div className={classes.head}>
          <h1 className={classes.title}>{titleOf(offer)}</h1>
          <p className={classes.intro}>{introOf(offer)}</p>
        </div>
        <Facts offer={offer} />
        {error && <ProblemNotice error={error} />}
        <div className={classes.ways}>
          {offer.admits && <p className={classes.note}>{hasProject ? t.alreadyProject : t.already}</p>}
          {hasProject ? (
            <Button variant="filled" size="md" loading={isBusy} onClick={enter}>
              {`${t.accept} ${t.acceptAs(me.display_name)}`}
            </Button>
          ) : (
            <LinkButton to="/" onClick={forgetInvitation}>
              {t.home}
            </LinkButton>
          )}
        </div>
      </div>
    </div>
  );
}

function titleOf({ project_name }: InvitationPreview): string {
  return project_name === null ? t.titleService : t.titleProject(project_name);
}

function introOf({ invited_by }: InvitationPreview): string {
  return invited_by === null ? t.byNobody : t.by(invited_by);
}
