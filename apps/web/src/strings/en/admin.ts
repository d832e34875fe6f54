import type { AdminUser, Invitation, SafetyReport } from '../../api/types.ts';

/** What administrators and auditors see. */
export const adminText = {
  title: 'Administration',
  views: {
    people: 'People',
    invitations: 'Invitations',
    budgets: 'Budgets',
    networks: 'Networks',
    safety: 'Safety check',
  },
  auditor: 'You may read everything here, and change nothing.',
  notYours: 'This is for administrators.',
  notYoursText: 'Ask one of them if you need something from here.',
  keep: 'Leave it',
  more: 'Show more',
  roles: { member: 'Member', auditor: 'Auditor', admin: 'Administrator' } satisfies Record<
    AdminUser['role'],
    string
  >,

  people: {
    search: 'Search by name or e-mail',
    none: 'Nobody fits this search.',
    you: 'You',
    states: { active: 'Active', suspended: 'Suspended', leaving: 'Leaving' } satisfies Record<
      AdminUser['state'],
      string
    >,
    joined: (date: string) => `since ${date}`,
    seen: (ago: string) => `seen ${ago}`,
    neverSeen: 'not seen yet',
    until: (date: string) => `Suspended until ${date}`,
    untilLifted: 'Suspended until it is lifted',
    allowance: (amount: string) => `may spend ${amount}`,
    roleOf: (name: string) => `Role of ${name}`,
    roleChanged: 'The role is changed.',
    suspend: 'Suspend',
    suspendOf: (name: string) => `Suspend: ${name}`,
    suspendTitle: (name: string) => `Suspend ${name}?`,
    suspendText:
      'Nothing new can be begun, at once and everywhere. What was sent is still collected, and nothing is deleted.',
    reason: 'Reason',
    reasonHint: 'They read it.',
    hours: 'For how long',
    lifted: 'until it is lifted',
    forHours: (hours: number) => (hours < 48 ? `${hours} hours` : `${hours / 24} days`),
    suspended: 'The account is suspended.',
    signOut: 'Sign out',
    signOutOf: (name: string) => `Sign out everywhere: ${name}`,
    signedOut: (sessions: number) =>
      sessions === 0 ? 'They were signed in nowhere.' : 'They are signed out everywhere.',
    reinstate: 'Reinstate',
    reinstateOf: (name: string) => `Reinstate: ${name}`,
    reinstated: 'The account is reinstated.',
    history: 'History',
    historyOf: (name: string) => `History of ${name}`,
    generations: 'Generations',
    generationsOf: (name: string) => `Generations of ${name}`,
    usage: 'Usage',
    usageOf: (name: string) => `Usage of ${name}`,
  },

  invitations: {
    create: 'Invite',
    none: 'Nobody is invited.',
    kind: 'Who',
    kinds: {
      link: { name: 'By link', hint: 'Whoever opens the link first.' },
      email: { name: 'One address', hint: 'The person with this verified e-mail address.' },
      domain: { name: 'A domain', hint: 'Everybody whose verified address ends in it.' },
      group: { name: 'A group', hint: 'Everybody whom your identity provider puts into it.' },
    } satisfies Record<Invitation['kind'], { name: string; hint: string }>,
    value: { email: 'E-mail address', domain: 'Domain', group: 'Group' },
    placeholder: { email: 'ada@example.org', domain: 'example.org', group: 'film-team' },
    aLink: 'A link',
    role: 'As',
    seats: 'Seats',
    seatsHint: 'Optional. As many as come.',
    allowance: 'May spend',
    allowanceHint: 'Optional. Credits in all.',
    note: 'Note',
    noteHint: 'Optional. The guest reads it.',
    ends: 'It ends',
    usually: { link: 'in 3 days', email: 'never', domain: 'never', group: 'never' } satisfies Record<
      Invitation['kind'],
      string
    >,
    endsIn: { 24: 'in a day', 168: 'in a week', 720: 'in 30 days' },
    submit: 'Invite',
    made: 'The link',
    madeNote: 'Copy it now and send it to one person: it is shown this once.',
    added: 'The invitation is open.',
    states: { open: 'Open', used: 'Used', expired: 'Expired', revoked: 'Revoked' } satisfies Record<
      Invitation['state'],
      string
    >,
    used: (used: number, seats: number | null) =>
      seats === null ? `${used} came` : `${used} of ${seats} came`,
    until: (date: string) => `until ${date}`,
    forGood: 'no end',
    revoke: 'Revoke',
    revokeOf: (what: string) => `Revoke: ${what}`,
    revoked: 'The invitation is revoked. Whoever came by it stays.',
  },

  networks: {
    intro:
      'Whoever goes on asking after being told to wait is turned away for a while. People who are signed in still get in from there.',
    none: 'No network is turned away.',
    until: (date: string) => `until ${date}`,
    letIn: 'Let in',
    letInOf: (network: string) => `Let in: ${network}`,
    isLetIn: 'The network is let in again.',
  },

  safety: {
    risks: {
      none: 'Nothing to worry about.',
      low: 'Little to worry about.',
      medium: 'Some things to look at.',
      guarded: 'Open to the world, and guarded.',
      high: 'Something required is missing.',
    } satisfies Record<SafetyReport['risk'], string>,
    profile: (profile: string) => `Profile “${profile}”`,
    address: (address: string) => `The service sees you at ${address}.`,
    addressHint: 'If that is the address of your own proxy, TRUSTED_PROXIES is wrong.',
    states: { ok: 'Good', warning: 'Look at it', missing: 'Missing' },
    required: 'required',
    checks: 'Checks',
    again: 'Check again',
  },
};
