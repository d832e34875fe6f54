import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
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
  const offer = useInvitationPreview(token);
  const me = useMe();
  useEffect(() => {
    document.title = shell.app.titles.invitation;
  }, []);

  if (token === undefined) {
    return (
      <EmptyState title={t.none} text={t.noneText}>
        <LinkButton to="/">{t.home}</LinkButton>
      </EmptyState>
    );
  }
  if (offer.error) return <Refused error={offer.error} onRetry={() => void offer.refetch()} />;
  if (!offer.data || me.isPending) return <Pending error={undefined} onRetry={() => {}} />;
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

function Refused({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { code, message, advice, isPassing } = toProblem(error);
  const isOver = code === 'invitation_invalid';
  useEffect(() => {
    if (isOver) forgetInvitation();
  }, [isOver]);
  return (
    <EmptyState title={isOver ? t.over : message} text={isOver ? `${message} ${advice}` : advice}>
      {isPassing && <Button onClick={onRetry}>{shell.problems.tryAgain}</Button>}
      <LinkButton to="/">{t.home}</LinkButton>
    </EmptyState>
  );
}

/** For whoever is signed in already. */
function Accept({ me, token, offer }: { me: Me; token: string; offer: InvitationPreview }) {
  const accept = useAcceptInvitation();
  const navigate = useNavigate();
  // Whoever has come in by it has accepted it.
  const isForNewcomers = offer.admits;
  return (
    <div className={classes.room}>
      <div className={classes.panel}>
        <div className={classes.head}>
          <h1 className={classes.title}>{titleOf(offer)}</h1>
          <p className={classes.intro}>{introOf(offer)}</p>
        </div>
        <Facts offer={offer} />
        {accept.error && <ProblemNotice error={accept.error} />}
        <div className={classes.ways}>
          {isForNewcomers && <p className={classes.note}>{t.already}</p>}
          {isForNewcomers && (
            <LinkButton to="/" onClick={forgetInvitation}>
              {t.home}
            </LinkButton>
          )}
          {!isForNewcomers && (
            <Button
              variant="filled"
              size="md"
              loading={accept.isPending}
              onClick={() =>
                accept.mutate(token, {
                  onSuccess: ({ project_id }) => {
                    forgetInvitation();
                    toast(t.welcome);
                    void (project_id === null
                      ? navigate({ to: '/' })
                      : navigate({ to: '/projects/$id', params: { id: project_id } }));
                  },
                })
              }
            >
              {`${t.accept} ${t.acceptAs(me.display_name)}`}
            </Button>
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
