/** What stands before the first step, and what stops the next. */
export const standingText = {
  welcome: {
    title: 'Before you begin',
    changed: 'The terms have changed',
    intro: (name: string) => `Welcome, ${name}. Two minutes of reading, then the studio is yours.`,
    introPuzzle: (name: string) => `Welcome, ${name}. One moment, then the studio is yours.`,
    done: 'Everything is done.',
    toStudio: 'To the studio',
    goesOn: 'What you were about to do goes on by itself afterwards. Nothing that you wrote is lost.',
    later: 'Not now',
  },
  terms: {
    title: 'Terms of service',
    version: (version: string) => `Version ${version}`,
    accept: 'I have read them and accept',
    refuse: 'Without accepting you can see what you made, download your data, and delete your account.',
  },
  puzzle: {
    title: 'A small puzzle',
    text: 'Your browser solves it by itself, to keep machines out. Nothing about you is sent anywhere.',
    working: 'Your browser is at it; this takes a few seconds.',
    solved: 'Solved. Thank you.',
    failed: 'It could not be solved.',
    again: 'Try again',
  },
  suspended: {
    title: 'This account is suspended.',
    leavingTitle: 'This account is being deleted.',
    leaving:
      'It goes for good once the work that was paid for is collected. Until then you can still download your data.',
    reason: 'Reason',
    noReason: 'none was given',
    until: 'Until',
    untilLifted: 'an administrator lifts it',
    what: 'What was already sent is still collected, and nothing of yours is deleted. Nothing new can be begun.',
    who: 'If you think that this is a mistake, tell an administrator.',
    again: 'Look again',
    export: 'Download my data',
    signOut: 'Sign out',
  },
};
