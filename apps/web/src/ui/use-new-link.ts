import { useEffect } from 'react';

/**
 * Begins anew when another link to this very page is opened in its tab: only what is behind the # differs then, and
 * the browser would stay where it is.
 */
export function useNewLink(): void {
  useEffect(() => {
    const onChange = () => {
      if (new URLSearchParams(location.hash.slice(1)).has('token')) location.reload();
    };
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
}
