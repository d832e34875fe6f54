import type { Answers, Question } from '../question.ts';

export const isShared = ({ ACCESS_PROFILE }: Answers) => ACCESS_PROFILE !== 'local';
const isPassword = ({ ACCESS_PROFILE }: Answers) => ACCESS_PROFILE === 'password';
const servesHttps = ({ TLS }: Answers) => TLS !== 'off';

/** Where people reach it. */
export const network: readonly Question[] = [
  {
    name: 'PUBLIC_URL',
    ask: 'Which address will people type?',
    about: (answers) =>
      isPassword(answers)
        ? 'A name or an address of this machine that everybody on the network reaches, such as https://veogate.lan:8443 or https://192.168.1.20:8443.'
        : 'A name that leads to this machine, such as https://veogate.example.',
    kind: 'text',
    when: isShared,
    requirement: 'public-url',
  },
  {
    name: 'TLS',
    ask: 'Who encrypts the connections?',
    about: () => 'Without HTTPS, passwords and sessions would cross the network for all to read.',
    kind: 'choice',
    choices: [
      {
        value: 'internal',
        label: 'Veogate, with a certificate that it makes',
        hint: 'every device has to trust its CA once; for a network without a public name',
      },
      {
        value: 'files',
        label: 'Veogate, with a certificate of mine',
        hint: 'of Let’s Encrypt, or of your company',
      },
      { value: 'off', label: 'A proxy before it', hint: 'such as nginx, Caddy or a load balancer' },
    ],
    when: isShared,
    suggest: (answers, before) => before['TLS'] ?? (isPassword(answers) ? 'internal' : 'off'),
  },
  {
    name: 'TLS_CERT_FILE',
    ask: 'The file of the certificate, with those between it and its root',
    kind: 'text',
    when: (answers) => isShared(answers) && answers['TLS'] === 'files',
  },
  {
    name: 'TLS_KEY_FILE',
    ask: 'The file of its key',
    kind: 'text',
    when: (answers) => isShared(answers) && answers['TLS'] === 'files',
  },
  {
    name: 'TRUSTED_PROXIES',
    ask: 'From which addresses does the proxy speak?',
    about: () => 'Of these alone it is believed who the visitor is. Name the proxy and nobody else.',
    kind: 'text',
    when: (answers) => isShared(answers) && answers['TLS'] === 'off',
    suggest: (_, before) => before['TRUSTED_PROXIES'] ?? '127.0.0.1/32',
    requirement: 'https',
  },
  {
    name: 'HOST',
    ask: 'On which address of this machine shall it listen?',
    about: (answers) =>
      servesHttps(answers)
        ? '0.0.0.0 stands for every address that this machine has.'
        : '127.0.0.1, where the proxy runs on this machine, so that nobody gets past it.',
    kind: 'text',
    when: isShared,
    suggest: (answers, before) => {
      if (before['HOST'] && before['TLS'] === answers['TLS']) return before['HOST'];
      return servesHttps(answers) ? '0.0.0.0' : '127.0.0.1';
    },
  },
  {
    name: 'PORT',
    ask: 'On which port?',
    kind: 'text',
    when: () => true,
    suggest: (answers, before) =>
      isShared(answers) && servesHttps(answers) ? portOf(answers) : (before['PORT'] ?? '8080'),
  },
  {
    name: 'ALLOWED_NETWORKS',
    ask: 'Which networks may come in? Leave it empty for all.',
    about: () =>
      'Nobody from elsewhere gets as far as the sign-in page. Your own network or VPN, such as 192.168.0.0/16 or 10.8.0.0/24.',
    kind: 'text',
    when: isShared,
    suggest: (answers, before) =>
      before['ALLOWED_NETWORKS'] ??
      (isPassword(answers) ? '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,127.0.0.0/8' : undefined),
    optional: true,
  },
];

function portOf({ PUBLIC_URL = '' }: Answers): string {
  return URL.canParse(PUBLIC_URL) ? new URL(PUBLIC_URL).port || '443' : '8443';
}
