import type { Scope } from '@veogate/shared/domain/scopes';

/** The page of one's own account. */
export const accountText = {
  title: 'Account',
  keep: 'Keep it',
  failedAgain: 'This needs a fresh sign-in.',
  signInAgain: 'Sign in once more',

  name: {
    title: 'Your name',
    intro: 'How you are called here. Whoever shares a project with you sees it.',
    label: 'Display name',
    save: 'Save',
    saved: 'Your name is saved.',
  },

  storage: {
    title: 'Storage',
    intro: 'What your videos, pictures and uploads take here.',
    used: (used: string) => `${used} used`,
    usedOf: (used: string, limit: string) => `${used} of ${limit} used`,
    full: 'Nothing new can be begun until there is room: delete what you do not need any more, or unpin it, so that it expires.',
  },

  sessions: {
    title: 'Signed in on',
    intro: 'Every browser that is signed in to this account. End what you do not know.',
    current: 'This browser',
    via: {
      launch: 'by the launch link',
      google: 'with Google',
      github: 'with GitHub',
      oidc: 'with your organisation',
      team: 'by the team password',
    },
    used: (ago: string) => `used ${ago}`,
    ends: (date: string) => `until ${date} at the latest`,
    end: 'End',
    endOf: (device: string) => `End: ${device}`,
    ended: 'That session is over.',
    endOthers: 'End all others',
    endOthersTitle: 'End every other session?',
    endOthersText:
      'Every other browser is signed out at once. Keys that were saved there for the session only are retired.',
    othersEnded: (count: number) => (count === 1 ? 'One session ended.' : `${count} sessions ended.`),
  },

  ways: {
    title: 'Ways in',
    intro: 'What you can sign in with. With a second one, losing the first does not lock you out.',
    used: (ago: string) => `used ${ago}`,
    link: (name: string) => `Link ${name}`,
    unlink: 'Unlink',
    unlinkOf: (name: string) => `Unlink: ${name}`,
    unlinkTitle: (name: string) => `Unlink ${name}?`,
    unlinkText: 'It no longer lets you in. You can link it again.',
    unlinked: 'It is no longer linked.',
  },

  tokens: {
    title: 'Access tokens',
    intro:
      'With a token, a program may do in your name what you allow it, and nothing more. A token cannot sign in here, nor make other tokens.',
    none: 'There is no token.',
    create: 'Make a token',
    createTitle: 'A new token',
    name: 'What it is for',
    namePlaceholder: 'Nightly renders',
    scopes: 'What it may do',
    groups: {
      read: 'Read',
      write: 'Change',
      admin: 'Administration',
    },
    scopeNames: {
      'account:read': 'your account',
      'projects:read': 'projects',
      'projects:write': 'projects',
      'keys:read': 'keys',
      'keys:write': 'keys',
      'uploads:read': 'images',
      'uploads:write': 'images',
      'generations:read': 'generations',
      'generations:write': 'generations',
      'webhooks:read': 'webhooks',
      'webhooks:write': 'webhooks',
      'admin:read': 'read as administrator',
      'admin:write': 'change as administrator',
    } satisfies Record<Scope, string>,
    days: 'It expires',
    inDays: (days: number) => (days === 365 ? 'in a year' : `in ${days} days`),
    project: 'Project',
    anyProject: 'All of yours',
    cap: 'It may spend',
    capHint: 'Optional. Credits in all.',
    submit: 'Make the token',
    choose: 'Choose at least one thing that it may do.',
    made: 'The token',
    madeNote: 'Copy it now: it is shown this once, and only a trace of it is kept here.',
    done: 'I have copied it',
    ending: (hint: string) => `ends in ${hint}`,
    expires: (date: string) => `until ${date}`,
    never: 'until you revoke it',
    used: (ago: string) => `used ${ago}`,
    unused: 'never used',
    spent: (spent: string, limit: string) => `${spent} of ${limit} spent`,
    revoke: 'Revoke',
    revokeOf: (name: string) => `Revoke: ${name}`,
    revokeTitle: (name: string) => `Revoke “${name}”?`,
    revokeText: 'Whatever uses it stops working at once. It cannot be brought back.',
    revoked: 'The token is revoked.',
  },

  claim: {
    title: 'Administration',
    intro:
      'This service has no administrator yet. Whoever has the claim code, which it printed at its first start, becomes one.',
    code: 'Claim code',
    submit: 'Become administrator',
    done: 'You are the administrator now.',
  },

  data: {
    title: 'Your data',
    intro:
      'Everything that is kept of you here, as one file: account, projects, generations and what you asked for.',
    download: 'Download it',
    note: 'Videos and pictures are downloaded one by one, in the gallery.',
  },

  leave: {
    title: 'Delete the account',
    intro: 'For good, with everything that is yours alone.',
    open: 'Delete my account',
    dialogTitle: 'Delete your account?',
    points: [
      'You are signed out everywhere, and your tokens stop working.',
      'Your keys are retired; what waits in line is canceled, free of charge.',
      'What was already sent is paid for: it is collected first. Only then is everything erased.',
      'Shared projects stay with their other owners; what you made there goes with you.',
    ],
    confirm: (name: string) => `Type your name, “${name}”, to confirm`,
    submit: 'Delete it for good',
    done: 'Your account is being deleted.',
  },
};
