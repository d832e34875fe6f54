/** What a personal access token may be allowed to do. Nothing is implied by anything else. */
export const scopes = [
  'account:read',
  'projects:read',
  'projects:write',
  'keys:read',
  'keys:write',
  'uploads:read',
  'uploads:write',
  'generations:read',
  'generations:write',
  'webhooks:read',
  'webhooks:write',
  'admin:read',
  'admin:write',
] as const;
export type Scope = (typeof scopes)[number];

/** Of these a token does nothing unless its owner is an administrator (or, to read, an auditor) right now. */
export const adminScopes = ['admin:read', 'admin:write'] as const satisfies Scope[];
