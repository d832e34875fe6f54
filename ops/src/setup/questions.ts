import type { Question } from './question.ts';
import { care } from './questions/care.ts';
import { network } from './questions/network.ts';
import { signIn } from './questions/sign-in.ts';

/** Everything that the setup asks, in this order. */
export const questions: readonly Question[] = [
  {
    name: 'ACCESS_PROFILE',
    ask: 'Who will use it?',
    kind: 'choice',
    choices: [
      { value: 'local', label: 'I alone, on this machine', hint: 'nobody else can reach it' },
      { value: 'password', label: 'A team on one network', hint: 'up to ten people who share a password' },
      {
        value: 'invite',
        label: 'People whom I invite',
        hint: 'clients and partners, who sign in with Google, GitHub or OpenID',
      },
      { value: 'public', label: 'Anyone', hint: 'open to the internet, with limits and budgets' },
    ],
    when: () => true,
    suggest: (_, before) => before['ACCESS_PROFILE'] ?? 'local',
    outlook: (profile) => RISKS[profile] ?? '',
  },
  ...network,
  ...signIn,
  ...care,
];

const RISKS: Readonly<Record<string, string>> = {
  local: 'Risk: none. It listens on this machine, and nobody else reaches it.',
  password:
    'Risk: low. Whoever reaches your network and knows the password gets in, so keep both to the team. Each person has a name with a PIN, and keys of their own.',
  invite:
    'Risk: low to medium. Nobody gets in who was not invited, and you can suspend anybody. Somebody should read the alerts.',
  public:
    'Risk: guarded. Strangers come in. Limits, budgets, a puzzle and terms keep small what they can do, and somebody has to look after it.',
};
