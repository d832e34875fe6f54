import { type Answers, type Question, yesOrNo } from '../question.ts';
import { isShared } from './network.ts';

const isInvited = ({ ACCESS_PROFILE }: Answers) => ACCESS_PROFILE === 'invite';
const isPublic = ({ ACCESS_PROFILE }: Answers) => ACCESS_PROFILE === 'public';
const isWatched = (answers: Answers) => isInvited(answers) || isPublic(answers);
const alertsBy = (way: string) => (answers: Answers) => isWatched(answers) && answers['ALERTS'] === way;

/** What keeps it well. */
export const care: readonly Question[] = [
  {
    name: 'ALERTS',
    ask: 'How shall somebody be told of trouble?',
    kind: 'choice',
    choices: [
      { value: 'mail', label: 'By e-mail' },
      { value: 'webhook', label: 'By a webhook', hint: 'of your chat, or of your monitoring' },
    ],
    when: isWatched,
    suggest: (_, before) => (before['ALERT_WEBHOOK_URL'] ? 'webhook' : 'mail'),
  },
  {
    name: 'ALERT_EMAILS',
    ask: 'Which e-mail addresses are told?',
    kind: 'text',
    when: alertsBy('mail'),
    suggest: (answers, before) => before['ALERT_EMAILS'] ?? answers['ADMIN_EMAILS'],
  },
  {
    name: 'SMTP_URL',
    ask: 'Your mail server',
    about: () => 'Such as smtps://user:password@mail.example.',
    kind: 'secret',
    when: alertsBy('mail'),
  },
  {
    name: 'ALERT_WEBHOOK_URL',
    ask: 'The address of the webhook',
    kind: 'secret',
    when: alertsBy('webhook'),
  },
  {
    name: 'REDIS_URL',
    ask: 'Your Redis',
    about: () =>
      'There the limits are counted for all processes together, and the queue is kept. Such as redis://127.0.0.1:6379; with maxmemory-policy noeviction.',
    kind: 'secret',
    when: isPublic,
    stays: true,
  },
  {
    name: 'CAPTCHA',
    ask: 'What keeps programs from signing up?',
    kind: 'choice',
    choices: [{ value: 'altcha', label: 'A puzzle of ALTCHA, which runs here and asks nobody else' }],
    when: isPublic,
  },
  {
    name: 'TERMS_VERSION',
    ask: 'Which version of the terms of service do people accept?',
    about: () => 'Another version makes everybody accept them again.',
    kind: 'text',
    when: isPublic,
    suggest: (_, before) => before['TERMS_VERSION'] ?? new Date().toISOString().slice(0, 7),
  },
  {
    name: 'TERMS_FILE',
    ask: 'A text file with terms of your own. Leave it empty for those that come with Veogate.',
    kind: 'text',
    when: isPublic,
    optional: true,
  },
  {
    name: 'BUDGET_USER_MONTHLY',
    ask: 'What may each person spend in a month?',
    about: () => 'In the units of the providers, such as 100credits or 100credits,20usd.',
    kind: 'text',
    when: isPublic,
    suggest: (_, before) => before['BUDGET_USER_MONTHLY'] ?? '100credits',
    stays: true,
  },
  {
    name: 'BUDGET_TOTAL_MONTHLY',
    ask: 'And all together?',
    kind: 'text',
    when: isPublic,
    suggest: (_, before) => before['BUDGET_TOTAL_MONTHLY'] ?? '1000credits',
    stays: true,
  },
  {
    name: 'RETENTION_HOURS',
    ask: 'For how many hours are videos kept? 0 keeps them until they are deleted.',
    kind: 'text',
    when: isShared,
    suggest: (_, before) => before['RETENTION_HOURS'] ?? '168',
    stays: true,
  },
  {
    name: 'NO_SIMULATOR',
    ask: 'Offer simulated videos, which need no key and cost nothing?',
    kind: 'choice',
    choices: yesOrNo('Yes, for trying it out', 'No, real ones alone'),
    when: () => true,
    suggest: (answers, before) => before['NO_SIMULATOR'] ?? (isWatched(answers) ? '1' : '0'),
  },
];
