import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Member, Project } from '../../api/types.ts';
import { useChangeMember, useLeaveProject, useMembers, useRemoveMember } from '../../data/projects.ts';
import { useMe } from '../../data/service.ts';
import { projectsText } from '../../strings/en/projects.ts';
import { when } from '../../strings/format.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';
import { RolePicker } from './role-picker.tsx';

const { people: t, roles, keep, stay } = projectsText;

/** Who is in a project. */
export function People({ project }: { project: Project }) {
  const { data: members, error, refetch } = useMembers(project.id);
  const { data: me } = useMe();
  return (
    <Section title={t.title} intro={project.kind === 'personal' ? t.introPersonal : t.intro}>
      {!members && <Pending error={error} onRetry={() => void refetch()} />}
      {members && (
        <Rows label={t.title}>
          {members.map((member) => (
            <MemberRow
              key={member.user_id}
              project={project}
              member={member}
              isMe={member.user_id === me?.id}
            />
          ))}
        </Rows>
      )}
    </Section>
  );
}

function MemberRow({ project, member, isMe }: { project: Project; member: Member; isMe: boolean }) {
  const [isAsking, setAsking] = useState(false);
  const navigate = useNavigate();
  const change = useChangeMember(project.id);
  const remove = useRemoveMember(project.id);
  const leave = useLeaveProject(project.id);
  const { user_id: userId, display_name: name, role, joined_at } = member;
  const isShared = project.kind === 'shared';
  const isOwner = project.role === 'owner' && isShared;

  function confirm(): void {
    if (isMe) {
      leave.mutate(userId, {
        onSuccess: () => {
          toast(t.left);
          void navigate({ to: '/projects' });
        },
        onError: toastProblem,
        onSettled: () => setAsking(false),
      });
    } else {
      remove.mutate(userId, {
        onSuccess: () => toast(t.removed),
        onError: toastProblem,
        onSettled: () => setAsking(false),
      });
    }
  }

  return (
    <Row
      name={name}
      badge={isMe && <StateBadge tone="done">{t.you}</StateBadge>}
      actions={
        <>
          {isOwner && (
            <RolePicker
              label={t.roleOf(name)}
              value={role}
              onChange={(next) =>
                change.mutate(
                  { userId, role: next },
                  { onSuccess: () => toast(t.changed), onError: toastProblem },
                )
              }
            />
          )}
          {isShared && (isOwner || isMe) && (
            <Button size="sm" aria-label={isMe ? t.leave : t.removeOf(name)} onClick={() => setAsking(true)}>
              {isMe ? t.leave : t.remove}
            </Button>
          )}
        </>
      }
    >
      {roles[role].name} · {roles[role].may} · {t.joined(when(joined_at))}
      <Confirm
        isOpen={isAsking}
        title={isMe ? t.leaveTitle : t.removeTitle(name)}
        confirm={isMe ? t.leave : t.remove}
        cancel={isMe ? stay : keep}
        isBusy={remove.isPending || leave.isPending}
        onClose={() => setAsking(false)}
        onConfirm={confirm}
      >
        <p>{isMe ? t.leaveText : t.removeText}</p>
      </Confirm>
    </Row>
  );
}
