import type { Answers, Question } from '../question.ts';

const signsInElsewhere = ({ ACCESS_PROFILE }: Answers) =>
  ACCESS_PROFILE === 'invite' || ACCESS_PROFILE === 'public';
const isWith = (provider: string) => (answers: Answers) =>
  signsInElsewhere(answers) && (answers['PROVIDERS'] ?? '').split(' ').includes(provider);

/** How people come in. */
export const signIn: readonly Question[] = [
  {
    name: 'TEAM_PASSWORD',
    ask: 'The team password',
    about: () =>
      'Everybody on the team uses it; several rare words are best. Change it when somebody leaves.',
    kind: 'secret',
    when: ({ ACCESS_PROFILE }) => ACCESS_PROFILE === 'password',
    // The hash of the present one stands for it.
    suggest: (_, before) => before['TEAM_PASSWORD_HASH'],
  },
  {
    name: 'PROVIDERS',
    ask: 'How do people sign in?',
    kind: 'choices',
    choices: [
      { value: 'google', label: 'Google' },
      { value: 'github', label: 'GitHub' },
      { value: 'oidc', label: 'OpenID Connect', hint: 'Microsoft Entra, Okta, Keycloak, …' },
    ],
    when: signsInElsewhere,
    suggest: (_, before) => providersOf(before) || 'google',
  },
  ...credentials('google', 'Google', 'https://console.cloud.google.com/apis/credentials'),
  ...credentials('github', 'GitHub', 'https://github.com/settings/developers'),
  {
    name: 'OAUTH_OIDC_ISSUER',
    ask: 'The issuer of your OpenID provider',
    about: () => 'The address before /.well-known/openid-configuration.',
    kind: 'text',
    when: isWith('oidc'),
  },
  {
    name: 'OAUTH_OIDC_NAME',
    ask: 'What shall the button say?',
    kind: 'text',
    when: isWith('oidc'),
    suggest: (_, before) => before['OAUTH_OIDC_NAME'] ?? 'Single sign-on',
  },
  ...credentials('oidc', 'your OpenID provider', 'your provider'),
  {
    name: 'ADMIN_EMAILS',
    ask: 'Which e-mail addresses are administrators? It may be left empty.',
    about: () =>
      'Whoever signs in with one of them, verified by the provider, is an administrator. Where it is empty, npm start says how to become the first one.',
    kind: 'text',
    when: signsInElsewhere,
    optional: true,
  },
];

function credentials(provider: string, name: string, where: string): Question[] {
  const variable = `OAUTH_${provider.toUpperCase()}_CLIENT`;
  return [
    {
      name: `${variable}_ID`,
      ask: `The client id of ${name}`,
      about: ({ PUBLIC_URL = '' }) =>
        `Make an OAuth client at ${where}, with the redirect URI ${PUBLIC_URL.replace(/\/$/, '')}/auth/${provider}/callback`,
      kind: 'text',
      when: isWith(provider),
    },
    {
      name: `${variable}_SECRET`,
      ask: `The client secret of ${name}`,
      kind: 'secret',
      when: isWith(provider),
    },
  ];
}

function providersOf(before: Answers): string {
  return ['google', 'github', 'oidc']
    .filter((provider) => before[`OAUTH_${provider.toUpperCase()}_CLIENT_ID`])
    .join(' ');
}
