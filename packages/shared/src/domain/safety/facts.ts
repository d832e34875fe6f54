import type { AccessProfile } from '../profiles.ts';

/** What of the settings decides how safe a service is. */
export interface SafetySettings {
  ACCESS_PROFILE: AccessProfile;
  HOST: string;
  PUBLIC_URL?: string;
  TLS: 'off' | 'files' | 'internal';
  TLS_CERT_FILE?: string;
  TLS_KEY_FILE?: string;
  TRUSTED_PROXIES: string[];
  ALLOWED_NETWORKS: string[];
  TEAM_PASSWORD_HASH?: string;
  OAUTH_GOOGLE_CLIENT_ID?: string;
  OAUTH_GOOGLE_CLIENT_SECRET?: string;
  OAUTH_GITHUB_CLIENT_ID?: string;
  OAUTH_GITHUB_CLIENT_SECRET?: string;
  OAUTH_OIDC_CLIENT_ID?: string;
  OAUTH_OIDC_CLIENT_SECRET?: string;
  OAUTH_OIDC_ISSUER?: string;
  ADMIN_EMAILS: string[];
  CLAIM_CODE?: string;
  SMTP_URL?: string;
  ALERT_EMAILS: string[];
  ALERT_WEBHOOK_URL?: string;
  REDIS_URL?: string;
  CAPTCHA: 'off' | 'altcha';
  TERMS_VERSION?: string;
  BUDGET_USER_MONTHLY: string[];
  BUDGET_TOTAL_MONTHLY: string[];
  RETENTION_HOURS: number;
}

/** What was found out about the machine and the stores; what is left out is not known, and not judged. */
export interface SafetyFacts {
  /** As `process.versions.node`. */
  nodeVersion?: string;
  /** The certificate that is served: its end, or why there is none. */
  certificate?: { endsAt: Date } | { problem: string };
  /** Of the secret files that were looked at, those that other users of the machine can read. */
  openFiles?: string[];
  /** What the role of DATABASE_URL may do. */
  database?: { ownsTables: boolean; changesAudit: boolean } | { problem: string };
  /** `policy`: its maxmemory-policy; null where it does not tell. */
  redis?: { policy: string | null } | { problem: string };
  /** The private half of the key ring, where the user that the API runs as can read it; else null. */
  readableRing?: string | null;
}

export type CheckState = 'ok' | 'warning' | 'missing';

/** One thing that was looked at. */
export interface SafetyCheck {
  id: string;
  title: string;
  state: CheckState;
  /** Whether the service refuses to start without it. */
  required: boolean;
  /** A sentence: how it is. */
  finding: string;
  /** A sentence: what to do. Null where it is well. */
  mend: string | null;
}

/** What a check finds: that it is well, or what is wrong and how to mend it. */
export type Verdict = { ok: string } | { wrong: string; mend: string };
