/** Budgets: what may be spent, and what is left. */
export const budgetsText = {
  title: 'Budgets',
  intro: 'What may be spent, and what is left of it. Days and months are those of UTC.',
  introProject:
    'What may be spent in this project, by everybody who is in it. Days and months are those of UTC.',
  periods: { day: 'A day', month: 'A month', ever: 'In all' },
  used: (used: string, limit: string) => `${used} of ${limit} used`,
  held: (held: string) => `${held} for what is under way`,
  left: (left: string) => `${left} left`,
  resets: (time: string) => `full again on ${time}`,
  none: 'No budget is set.',

  amount: 'May be spent',
  unit: 'In',
  units: { credits: 'credits', usd: 'dollars' },
  period: 'Within',
  set: 'Set the budget',
  isSet: 'The budget is set.',
  remove: 'Remove',
  removeOf: (what: string) => `Remove: ${what}`,
  removed: 'The budget is removed.',

  admin: {
    intro:
      'Of several budgets for the same, the strictest holds; one person’s own takes the place of everybody’s. What runs on the simulator costs nothing.',
    service: 'The service',
    everybody: 'Every person',
    each: (limit: string) => `${limit} each`,
    whom: 'For',
    targets: {
      all: { name: 'The service', hint: 'What all spend together.' },
      everybody: { name: 'Every person', hint: 'What each may spend who has no budget of their own.' },
      user: { name: 'One person', hint: 'In place of what holds for everybody.' },
      team_key: { name: 'A team key', hint: 'What all who use the key spend with it.' },
    },
    person: 'Person',
    search: 'Search a person',
    key: 'Key',
    kinds: { all: '', team_key: 'Team key', project: 'Project', user: 'Person' },
    fromSettings: 'from the settings',
    setBy: (name: string, time: string) => `set by ${name}, ${time}`,
    setAt: (time: string) => `set ${time}`,
  },
};
