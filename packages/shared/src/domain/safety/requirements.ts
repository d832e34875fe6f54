import { isLoopback } from '../loopback.ts';
import type { AccessProfile } from '../profiles.ts';
import type { SafetyFacts, SafetySettings, Verdict } from './facts.ts';
import { judgeOAuth } from './oauth.ts';

/** Something without which a service in one of `profiles` does not start. */
export interface Requirement {
  id: string;
  title: string;
  profiles: readonly AccessProfile[];
  judge(settings: SafetySettings, facts: SafetyFacts): Verdict;
}

const SHARED = ['password', 'invite', 'public'] as const;
const BY_OAUTH = ['invite', 'public'] as const;
const OPEN = ['public'] as const;

/** OWASP's least for argon2id. KiB, and passes. */
const LEAST_MEMORY = 19_456;
const LEAST_PASSES = 2;

export const requirements: readonly Requirement[] = [
  {
    id: 'loopback',
    title: 'Listens on this machine only',
    profiles: ['local'],
    judge: ({ HOST }) =>
      isLoopback(HOST)
        ? { ok: `It listens on ${HOST}, which nobody else reaches.` }
        : {
            wrong: `Profile "local" lets in whoever reaches it, and HOST is ${HOST}.`,
            mend: 'Set HOST to 127.0.0.1, or choose another profile with: npm run ops -- setup',
          },
  },
  {
    id: 'public-url',
    title: 'Known address',
    profiles: SHARED,
    judge: ({ PUBLIC_URL }) => {
      const mend = 'Set PUBLIC_URL to the address that people type, such as https://veogate.example.';
      if (!PUBLIC_URL) return { wrong: 'PUBLIC_URL is not set.', mend };
      if (!isHttps(PUBLIC_URL)) return { wrong: `PUBLIC_URL is ${PUBLIC_URL}, which is not https.`, mend };
      return { ok: `People open ${PUBLIC_URL}.` };
    },
  },
  { id: 'https', title: 'Encrypted connections', profiles: SHARED, judge: judgeHttps },
  { id: 'team-password', title: 'Team password', profiles: ['password'], judge: judgePassword },
  { id: 'oauth', title: 'Identity provider', profiles: BY_OAUTH, judge: judgeOAuth },
  {
    id: 'alerts',
    title: 'Somebody is told of trouble',
    profiles: BY_OAUTH,
    judge: ({ ALERT_EMAILS, SMTP_URL, ALERT_WEBHOOK_URL }) => {
      if (ALERT_WEBHOOK_URL) return { ok: 'Alerts go to ALERT_WEBHOOK_URL.' };
      if (ALERT_EMAILS.length === 0) {
        return {
          wrong: 'Nobody would be told of trouble.',
          mend: 'Set ALERT_EMAILS and SMTP_URL, or ALERT_WEBHOOK_URL.',
        };
      }
      if (SMTP_URL) return { ok: `Alerts go to ${count(ALERT_EMAILS.length, 'e-mail address', 'es')}.` };
      return {
        wrong: 'ALERT_EMAILS is set, but no mail can be sent.',
        mend: 'Set SMTP_URL to your mail server, such as smtps://user:password@mail.example.',
      };
    },
  },
  {
    id: 'admin',
    title: 'A way to become administrator',
    profiles: BY_OAUTH,
    judge: ({ ACCESS_PROFILE, ADMIN_EMAILS, CLAIM_CODE }) => {
      if (ADMIN_EMAILS.length > 0)
        return { ok: `ADMIN_EMAILS names ${count(ADMIN_EMAILS.length, 'administrator')}.` };
      // The code is entered by somebody who is in already.
      if (CLAIM_CODE && ACCESS_PROFILE === 'invite')
        return { ok: 'The first one comes in by a link of: npm run ops -- invite --role admin' };
      if (CLAIM_CODE) return { ok: 'Whoever enters the claim code first is the administrator.' };
      return {
        wrong: 'Nobody could become administrator.',
        mend: 'Set ADMIN_EMAILS to the address that you sign in with, or CLAIM_CODE_FILE to a file with a code of at least 16 characters.',
      };
    },
  },
  {
    id: 'redis',
    title: 'Limits that all processes share',
    profiles: OPEN,
    judge: ({ REDIS_URL }) =>
      REDIS_URL
        ? { ok: 'The queue and the limits are in Redis.' }
        : {
            wrong: 'REDIS_URL is not set.',
            mend: 'Set REDIS_URL to a Redis of your own, such as redis://127.0.0.1:6379.',
          },
  },
  {
    id: 'captcha',
    title: 'Programs are kept from signing up',
    profiles: OPEN,
    judge: ({ CAPTCHA }) =>
      CAPTCHA === 'altcha'
        ? { ok: 'Who signs up solves a puzzle first.' }
        : { wrong: 'CAPTCHA is off.', mend: 'Set CAPTCHA=altcha. It runs here and asks nobody else.' },
  },
  {
    id: 'terms',
    title: 'Terms of service',
    profiles: OPEN,
    judge: ({ TERMS_VERSION }) =>
      TERMS_VERSION
        ? { ok: `Version ${TERMS_VERSION} of the terms is accepted before anything is begun.` }
        : {
            wrong: 'TERMS_VERSION is not set, so nobody is asked to accept terms.',
            mend: 'Set TERMS_VERSION, such as 2026-01, and TERMS_FILE where you have terms of your own.',
          },
  },
  budget('budget-user', 'Budget of each user', 'BUDGET_USER_MONTHLY'),
  budget('budget-total', 'Budget of all together', 'BUDGET_TOTAL_MONTHLY'),
];

function judgeHttps(settings: SafetySettings, { certificate }: SafetyFacts): Verdict {
  const { TLS, TLS_CERT_FILE, TLS_KEY_FILE, PUBLIC_URL, TRUSTED_PROXIES } = settings;
  if (TLS === 'files' && !(TLS_CERT_FILE && TLS_KEY_FILE)) {
    return {
      wrong: 'TLS is "files", but not both files are named.',
      mend: 'Set TLS_CERT_FILE and TLS_KEY_FILE to your certificate and its key.',
    };
  }
  if (TLS === 'files' && certificate && 'problem' in certificate) {
    return { wrong: certificate.problem, mend: 'Set TLS_CERT_FILE to a certificate (PEM) that can be read.' };
  }
  if (TLS === 'files') return { ok: 'It serves HTTPS with your certificate.' };
  if (TLS === 'internal') return { ok: 'It serves HTTPS with a certificate of its own authority.' };
  if (PUBLIC_URL && isHttps(PUBLIC_URL) && TRUSTED_PROXIES.length > 0)
    return { ok: 'A proxy in TRUSTED_PROXIES serves HTTPS.' };
  return {
    wrong: 'Passwords and sessions would cross the network for all to read.',
    mend: 'Set TLS=internal for a certificate of its own, TLS=files with TLS_CERT_FILE and TLS_KEY_FILE, or TRUSTED_PROXIES to the address of the proxy that serves HTTPS.',
  };
}

function judgePassword({ TEAM_PASSWORD_HASH }: SafetySettings): Verdict {
  const mend = 'Make it with: npm run ops -- password';
  if (!TEAM_PASSWORD_HASH) return { wrong: 'There is no team password.', mend };
  const found = /^\$argon2id\$(?:v=\d+\$)?m=(\d+),t=(\d+),/.exec(TEAM_PASSWORD_HASH);
  const [memory = 0, passes = 0] = found?.slice(1).map(Number) ?? [];
  if (memory >= LEAST_MEMORY && passes >= LEAST_PASSES)
    return { ok: `It is kept as argon2id (${memory} KiB, ${passes} passes).` };
  return {
    wrong: `TEAM_PASSWORD_HASH is weaker than argon2id with ${LEAST_MEMORY} KiB and ${LEAST_PASSES} passes.`,
    mend,
  };
}

function budget(
  id: string,
  title: string,
  name: 'BUDGET_USER_MONTHLY' | 'BUDGET_TOTAL_MONTHLY',
): Requirement {
  return {
    id,
    title,
    profiles: OPEN,
    judge: ({ [name]: amounts }) =>
      amounts.length > 0
        ? { ok: `${amounts.join(' and ')} a month.` }
        : { wrong: `${name} is not set.`, mend: `Set ${name}, such as 50credits,20usd.` },
  };
}

const isHttps = (url: string) => url.startsWith('https://');

function count(number: number, what: string, plural = 's'): string {
  return number === 1 ? `one ${what}` : `${number} ${what}${plural}`;
}
