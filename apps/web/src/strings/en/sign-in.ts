/** Where the way on leads from a sign-in that failed. */
export type NextStep = 'sign-in' | 'look-again' | 'account' | 'home';

interface Failure {
  heading: string;
  /** Undefined where nothing that is done here helps. */
  next?: NextStep;
}

/** The ways in. What went wrong, and what to do about it, is said in the words of the service's own catalogue. */
export const signInText = {
  title: 'Come in.',
  again: {
    title: 'Sign in once more.',
    text: 'What you are about to do needs a fresh sign-in. You will come back to where you were.',
  },
  intro: 'Sign in to make videos and to see what you have made.',
  introInvited: 'This service is by invitation. Sign in with the account that was invited.',
  introInvitation: 'Sign in to accept your invitation.',
  with: (name: string) => `Continue with ${name}`,
  privacy:
    'Veogate learns your name and your e-mail address from there, and nothing else. It never sees your password.',
  going: (name: string) => `Going to ${name} …`,
  none: 'No way to sign in is set up here. Tell the operator.',

  password: {
    team: 'Team password',
    name: 'Your name',
    nameHint: 'A name that is new here becomes yours, together with the PIN.',
    pin: 'PIN',
    pinHint: 'At least six characters. It keeps your name yours: nobody can set it anew for you.',
    submit: 'Sign in',
    claimed: (name: string) => `“${name}” is yours now. Remember the PIN.`,
  },

  next: {
    'sign-in': 'Sign in again',
    'look-again': 'Look again',
    account: 'Back to your account',
    home: 'To the first page',
  } satisfies Record<NextStep, string>,
  /** For whoever is signed in, and wanted a further way in. */
  notLinked: 'Nothing was linked.',
  unknownFailure: { heading: 'The sign-in did not work.', next: 'sign-in' } as Failure,
  failures: {
    sign_in_state: { heading: 'This sign-in has gone stale.', next: 'sign-in' },
    sign_in_denied: { heading: 'You were not signed in.', next: 'sign-in' },
    sign_in_unavailable: { heading: 'The provider did not answer.', next: 'sign-in' },
    identity_unverified: { heading: 'We could not make sure that it is you.', next: 'sign-in' },
    email_unverified: { heading: 'Your address is not verified yet.', next: 'sign-in' },
    not_invited: { heading: 'There is no invitation for you yet.', next: 'sign-in' },
    invitation_invalid: { heading: 'This invitation is over.', next: 'sign-in' },
    seats_taken: { heading: 'Every seat is taken.', next: 'sign-in' },
    identity_taken: { heading: 'This one belongs to another account.', next: 'account' },
    rate_limited: { heading: 'That was too often.', next: 'sign-in' },
    network_blocked: { heading: 'Your network has to wait.', next: 'look-again' },
    network_refused: { heading: 'Not from this network.', next: 'look-again' },
    suspended: { heading: 'This account is suspended.', next: 'home' },
    account_leaving: { heading: 'This account is being deleted.', next: 'sign-in' },
    service_closed: { heading: 'The service is closed for now.', next: 'look-again' },
    service_paused: { heading: 'The service is paused for now.', next: 'look-again' },
    unavailable: { heading: 'The service cannot do this right now.', next: 'sign-in' },
    internal: { heading: 'Something went wrong here.', next: 'sign-in' },
    origin_refused: { heading: 'This came from another site.', next: 'sign-in' },
    host_refused: { heading: 'This is not the address of the service.' },
    password_wrong: { heading: 'The team password is not right.', next: 'sign-in' },
    password_weak: { heading: 'The team password is too weak.' },
    pin_wrong: { heading: 'The PIN does not fit the name.', next: 'sign-in' },
    sign_in_again: { heading: 'Sign in once more.', next: 'sign-in' },
  } as Record<string, Failure>,
};
