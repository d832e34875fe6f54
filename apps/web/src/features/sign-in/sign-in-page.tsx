import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { waitingInvitation } from '../../data/invitation-token.ts';
import { safeReturn } from '../../data/return-to.ts';
import { useMe } from '../../data/service.ts';
import { signInText as t } from '../../strings/en/sign-in.ts';
import { Failure } from './failure.tsx';
import { SignInPanel } from './sign-in-panel.tsx';

const route = getRouteApi('/sign-in');

/** The door by its own address: to come in, to come in once more, or to learn why one did not. */
export function SignInPage() {
  const { problem, again, return_to } = route.useSearch();
  const navigate = route.useNavigate();
  const router = useRouter();
  const returnTo = safeReturn(return_to);
  const isAgain = again !== undefined;
  const { data: me } = useMe();
  const isIn = me !== undefined && !isAgain && problem === undefined;
  useEffect(() => {
    if (isIn) router.history.replace(returnTo);
  }, [isIn, returnTo, router]);

  if (problem !== undefined) {
    return (
      <Failure
        code={problem}
        isIn={me !== undefined}
        onAgain={() => void navigate({ search: ({ problem: _, ...rest }) => rest, replace: true })}
      />
    );
  }
  if (isIn) return null;
  const invitation = waitingInvitation();
  return (
    <SignInPanel
      returnTo={returnTo}
      invitation={invitation}
      {...(isAgain && { title: t.again.title, intro: t.again.text })}
      {...(!isAgain && invitation !== undefined && { intro: t.introInvitation })}
      onDone={() => router.history.replace(returnTo)}
    />
  );
}
