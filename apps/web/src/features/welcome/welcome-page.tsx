import { Navigate } from '@tanstack/react-router';
import { useMe } from '../../data/service.ts';
import { WelcomePanel } from './welcome-panel.tsx';

/** The same by its own address. */
export function WelcomePage() {
  const { data: me } = useMe();
  if (!me) return null;
  if (!me.terms_due && !me.captcha_due) return <Navigate to="/" replace />;
  return <WelcomePanel me={me} />;
}
