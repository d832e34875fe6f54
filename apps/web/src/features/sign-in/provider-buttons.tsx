import { Button } from '@mantine/core';
import type { OAuthProvider } from '@veogate/shared/domain/profiles';
import { useGoToProvider } from '../../data/sign-in.ts';
import { signInText as t } from '../../strings/en/sign-in.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import classes from './sign-in.module.css';

/** One button for each identity provider; the first is the likeliest. */
export function ProviderButtons({
  providers,
  returnTo,
  invitation,
}: {
  providers: readonly { id: OAuthProvider; name: string }[];
  returnTo: string;
  invitation?: string | undefined;
}) {
  const go = useGoToProvider();
  return (
    <div className={classes.ways}>
      {providers.map(({ id, name }, index) => (
        <Button
          key={id}
          size="md"
          fullWidth
          variant={index === 0 ? 'filled' : 'default'}
          disabled={go.isPending}
          onClick={() => go.mutate({ provider: id, returnTo, invitation })}
        >
          {go.isPending && go.variables.provider === id ? t.going(name) : t.with(name)}
        </Button>
      ))}
      {go.error && <ProblemNotice error={go.error} />}
      <p className={classes.note}>{t.privacy}</p>
    </div>
  );
}
