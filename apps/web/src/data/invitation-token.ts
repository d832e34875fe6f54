const NAME = 'veogate-invitation';

/** Where nothing can be stored, for as long as the page lives. */
let inMemory: string | undefined;

/** Takes the token of an invitation out of the address, so that it stays in nobody's history. */
export function takeInvitationToken(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!token) return;
  inMemory = token;
  try {
    sessionStorage.setItem(NAME, token);
  } catch {
    // Kept in memory.
  }
  history.replaceState(history.state, '', location.pathname);
}

/** The invitation that waits in this tab to be accepted. */
export function waitingInvitation(): string | undefined {
  try {
    return sessionStorage.getItem(NAME) ?? inMemory;
  } catch {
    return inMemory;
  }
}

export function forgetInvitation(): void {
  inMemory = undefined;
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // It was never stored.
  }
}
