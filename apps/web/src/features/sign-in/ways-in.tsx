import { Button } from '@mantine/core';
import { oauthProviders } from '@veogate/shared/domain/profiles';
import type { Meta } from '../../api/types.ts';
import { signInText as t } from '../../strings/en/sign-in.ts';
import { t as shell } from '../../strings/en.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PasswordForm } from './password-form.tsx';
import { ProviderButtons } from './provider-buttons.tsx';

/** Every way in that this service has. */
export function WaysIn({
  ways,
  returnTo,
  invitation,
  onDone,
}: {
  ways: Meta['sign_in'];
  returnTo: string;
  invitation?: string | undefined;
  onDone: () => void;
}) {
  const providers = oauthProviders.flatMap((id) =>
    ways.filter((way) => way.id === id).map((way) => ({ ...way, id })),
  );
  if (ways.some(({ id }) => id === 'password')) return <PasswordForm onDone={onDone} />;
  if (providers.length > 0) {
    return <ProviderButtons providers={providers} returnTo={returnTo} invitation={invitation} />;
  }
  if (ways.some(({ id }) => id === 'launch')) {
    return (
      <EmptyState title={shell.signedOut.title} text={shell.signedOut.text}>
        <Button onClick={onDone}>{shell.signedOut.again}</Button>
      </EmptyState>
    );
  }
  return <p>{t.none}</p>;
}
