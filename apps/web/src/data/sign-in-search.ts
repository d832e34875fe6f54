/** What the address of the sign-in page says. */
export interface SignInSearch {
  /** Why the sign-in before came to nothing: a code of the service's catalogue. */
  problem?: string;
  return_to?: string;
  /** Whoever is signed in is asked to do it once more. */
  again?: 1;
}

export function readSignInSearch(search: Record<string, unknown>): SignInSearch {
  const { problem, return_to, again } = search;
  return {
    ...(typeof problem === 'string' && problem !== '' && { problem: problem.slice(0, 100) }),
    ...(typeof return_to === 'string' && { return_to: return_to.slice(0, 500) }),
    ...(again !== undefined && { again: 1 as const }),
  };
}
