import { isLoopback } from '../loopback.ts';
import { signsInByOAuth } from '../profiles.ts';
import type { SafetyFacts, SafetySettings, Verdict } from './facts.ts';
import { readProviders } from './oauth.ts';

/** Something that is wise, and does not keep a service from starting. */
export interface Caution {
  id: string;
  title: string;
  /** Null where it does not matter, or is not known. */
  judge(settings: SafetySettings, facts: SafetyFacts, now: Date): Verdict | null;
}

/** As in package.json, engines. */
const NODE = [20, 19] as const;
const DAY_MS = 86_400_000;
const RENEW_WITHIN_DAYS = 14;

export const cautions: readonly Caution[] = [
  {
    id: 'node',
    title: 'Node.js',
    judge: (_, { nodeVersion }) => {
      if (!nodeVersion) return null;
      const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
      if (major > NODE[0] || (major === NODE[0] && minor >= NODE[1]))
        return { ok: `It runs on Node.js ${nodeVersion}.` };
      return {
        wrong: `It runs on Node.js ${nodeVersion}, which is too old.`,
        mend: `Install Node.js ${NODE.join('.')} or newer.`,
      };
    },
  },
  {
    id: 'open-host',
    title: 'Not open past the proxy',
    judge: ({ ACCESS_PROFILE, HOST, TRUSTED_PROXIES, TLS }) => {
      if (ACCESS_PROFILE === 'local') return null;
      if (isLoopback(HOST)) return { ok: 'Only this machine reaches it directly.' };
      if (TRUSTED_PROXIES.length > 0 || TLS !== 'off') return { ok: `It listens on ${HOST}.` };
      return {
        wrong: `It listens on ${HOST} with neither HTTPS of its own nor a known proxy.`,
        mend: 'Set HOST to 127.0.0.1 where the proxy runs on this machine; else set TRUSTED_PROXIES or TLS.',
      };
    },
  },
  {
    id: 'proxies',
    title: 'Proxies that are believed',
    judge: ({ TRUSTED_PROXIES }) => {
      if (TRUSTED_PROXIES.length === 0) return null;
      const wide = TRUSTED_PROXIES.filter(isWide);
      if (wide.length === 0) return { ok: `X-Forwarded-For is believed of ${TRUSTED_PROXIES.join(', ')}.` };
      return {
        wrong: `TRUSTED_PROXIES holds ${wide.join(', ')}, so almost anybody can pretend any address.`,
        mend: 'Name the proxies alone, such as 127.0.0.1/32 or 10.0.0.5/32.',
      };
    },
  },
  {
    id: 'networks',
    title: 'Networks that may come in',
    judge: ({ ACCESS_PROFILE, ALLOWED_NETWORKS }) => {
      if (ALLOWED_NETWORKS.length > 0)
        return { ok: `Nobody comes in but from ${ALLOWED_NETWORKS.join(', ')}.` };
      if (ACCESS_PROFILE !== 'password') return null;
      return {
        wrong: 'Whoever reaches it may try the team password.',
        mend: 'Set ALLOWED_NETWORKS to your network, such as 192.168.0.0/16.',
      };
    },
  },
  {
    id: 'oauth-unused',
    title: 'Nothing set up in vain',
    judge: (settings) => {
      const names = readProviders(settings).map(({ name }) => name);
      if (signsInByOAuth(settings.ACCESS_PROFILE) || names.length === 0) return null;
      return {
        wrong: `${names.join(' and ')} is set up, but profile "${settings.ACCESS_PROFILE}" does not use it.`,
        mend: 'Set ACCESS_PROFILE to invite or public, or remove the OAUTH_ settings.',
      };
    },
  },
  {
    id: 'retention',
    title: 'Files do not pile up',
    judge: ({ ACCESS_PROFILE, RETENTION_HOURS }) => {
      if (ACCESS_PROFILE === 'local') return null;
      if (RETENTION_HOURS > 0) return { ok: `Outputs are kept for ${RETENTION_HOURS} hours.` };
      return {
        wrong: 'Outputs are kept until they are deleted, so the disk may fill.',
        mend: 'Set RETENTION_HOURS, such as 168 for a week.',
      };
    },
  },
  {
    id: 'certificate',
    title: 'Certificate',
    judge: (_, { certificate }, now) => {
      if (!certificate || 'problem' in certificate) return null;
      const days = Math.floor((certificate.endsAt.getTime() - now.getTime()) / DAY_MS);
      const date = certificate.endsAt.toISOString().slice(0, 10);
      if (days >= RENEW_WITHIN_DAYS) return { ok: `It is valid until ${date}.` };
      return {
        wrong:
          days < 0 ? `It ended on ${date}, and browsers refuse it.` : `It ends on ${date}, in ${days} days.`,
        mend: 'Renew it, and put the new one in its place: it is shown within a day.',
      };
    },
  },
  {
    id: 'secret-files',
    title: 'Secrets are for their owner only',
    judge: (_, { openFiles }) => {
      if (!openFiles) return null;
      if (openFiles.length === 0) return { ok: 'No other user of this machine can read them.' };
      return {
        wrong: `Other users of this machine can read ${openFiles.join(', ')}.`,
        mend: `chmod 600 ${openFiles.join(' ')}`,
      };
    },
  },
  { id: 'database-role', title: 'The database keeps the audit log', judge: judgeDatabase },
  {
    id: 'vault',
    title: 'Only the worker opens keys',
    judge: ({ ACCESS_PROFILE }, { readableRing }) => {
      if (ACCESS_PROFILE === 'local' || readableRing === undefined) return null;
      if (readableRing === null) return { ok: 'The API cannot read the private half of the key ring.' };
      return {
        wrong: `The user that the API runs as can read ${readableRing}.`,
        mend: 'Run the API and the worker as different users, or in containers of their own: docs/deployment.md.',
      };
    },
  },
  {
    id: 'redis-eviction',
    title: 'Redis keeps the queue',
    judge: ({ REDIS_URL }, { redis }) => {
      if (!REDIS_URL || !redis) return null;
      if ('problem' in redis)
        return { wrong: redis.problem, mend: 'Start it, or set REDIS_URL to where it is.' };
      if (redis.policy === 'noeviction') return { ok: 'Its maxmemory-policy is noeviction.' };
      return {
        wrong:
          redis.policy === null
            ? 'It does not tell its maxmemory-policy.'
            : `Its maxmemory-policy is ${redis.policy}, so it may throw jobs and limits away.`,
        mend: 'Set maxmemory-policy noeviction in redis.conf.',
      };
    },
  },
];

function judgeDatabase(_: SafetySettings, { database }: SafetyFacts): Verdict | null {
  if (!database) return null;
  if ('problem' in database)
    return { wrong: database.problem, mend: 'Start it, or set DATABASE_URL to where it is.' };
  const mend =
    'Let the service connect as a role of its own: npm run ops -- migrate --app-user veogate, and put that role into DATABASE_URL.';
  if (database.ownsTables)
    return { wrong: 'The role of DATABASE_URL owns its tables, so it could rewrite the audit log.', mend };
  if (database.changesAudit)
    return { wrong: 'The role of DATABASE_URL may change or delete entries of the audit log.', mend };
  return { ok: 'The role of the service owns no table, and can only add to the audit log.' };
}

/** Wider than any network that one has of one's own; fc00::/7 is the widest that is nobody else's. */
function isWide(network: string): boolean {
  const [address = '', prefix] = network.split('/');
  return prefix !== undefined && Number(prefix) < (address.includes(':') ? 7 : 8);
}
