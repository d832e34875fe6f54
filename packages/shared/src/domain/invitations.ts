import type { FieldIssue } from './check-request.ts';
import { type Money, toParts } from './money.ts';

/** How long a link lets people in, where nothing else is said. Hours. */
export const LINK_HOURS = 72;

/** What somebody asks for who invites others into the service. */
export interface AskedInvitation {
  kind: 'email' | 'domain' | 'group' | 'link';
  value?: string;
  role?: 'member' | 'auditor' | 'admin';
  project_id?: string;
  project_role?: 'editor' | 'viewer';
  allowance?: Money;
  seats?: number;
}

/** Where anybody gets an address: to invite one of these is to invite everybody. */
const PUBLIC_MAIL = new Set([
  'aol.com',
  'fastmail.com',
  'gmail.com',
  'gmx.com',
  'gmx.de',
  'gmx.net',
  'googlemail.com',
  'hotmail.com',
  'icloud.com',
  'live.com',
  'mac.com',
  'mail.com',
  'mail.ru',
  'me.com',
  'msn.com',
  'outlook.com',
  'pm.me',
  'proton.me',
  'protonmail.com',
  'qq.com',
  'web.de',
  'yahoo.com',
  'yandex.com',
  'yandex.ru',
  'ymail.com',
  'zoho.com',
  '163.com',
]);
const EMAIL = /^[^\s@<>,;:"()[\]\\]+@[^\s@]+$/;
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^(?=.{1,253}$)(?:${LABEL}\\.)+${LABEL}$`);
/** What the database holds of an amount before its point. */
const MOST = toParts('9999999999.9999');

/**
 * Text to be compared without regard to case. Letters that only look like another's, such as the sign of Kelvin, stay
 * what they are: one address must not become another person's.
 */
export function foldCase(text: string): string {
  return [...text]
    .map((letter) => {
      const small = letter.toLowerCase();
      return small.toUpperCase() === letter ? small : letter;
    })
    .join('');
}

/** An address, domain or group as it is kept and compared: null where there is none. */
export function toInvitationValue({ value }: Pick<AskedInvitation, 'value'>): string | null {
  return foldCase(value?.trim() ?? '') || null;
}

/** Everything that is wrong with an invitation. */
export function checkInvitation(asked: AskedInvitation): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const refuse = (field: string, message: string) => issues.push({ field, message });
  const { kind, role = 'member', seats, allowance } = asked;
  const isForOne = kind === 'email' || kind === 'link';

  const wrongValue = checkValue(kind, toInvitationValue(asked));
  if (wrongValue) refuse('value', wrongValue);
  if (role === 'admin' && !isForOne)
    refuse('role', 'An administrator is invited by name: by an e-mail address or a link.');
  if (isForOne && seats !== undefined && seats !== 1)
    refuse('seats', `By ${kind === 'link' ? 'a link' : 'an e-mail address'} one person is invited.`);
  if (asked.project_id && !asked.project_role)
    refuse('project_role', 'Say what the guest may do in the project.');
  if (asked.project_role && !asked.project_id) refuse('project_id', 'Say which project it is.');
  if (allowance && !isPayable(allowance.amount))
    refuse('allowance', 'An allowance is an amount above zero, with at most four decimals.');
  return issues;
}

/** A sentence about what is wrong; null where nothing is. */
function checkValue(kind: AskedInvitation['kind'], value: string | null): string | null {
  if (kind === 'link') return value === null ? null : 'A link is for whoever gets it: it names nobody.';
  if (value === null) return 'Say who is invited.';
  if (kind === 'email') {
    const domain = value.split('@')[1] ?? '';
    return EMAIL.test(value) && DOMAIN.test(domain) ? null : 'This is not an e-mail address.';
  }
  if (kind === 'group') return null;
  if (!DOMAIN.test(value)) return 'This is not a domain, such as example.com, without an @.';
  return PUBLIC_MAIL.has(value) ? `Anybody can have an address at ${value}: invite people one by one.` : null;
}

function isPayable(amount: string): boolean {
  if (!/^\d{1,10}(\.\d{1,4})?$/.test(amount)) return false;
  const parts = toParts(amount);
  return parts > 0n && parts <= MOST;
}
