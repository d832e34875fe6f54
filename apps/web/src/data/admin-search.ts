/** The parts of the administration, in the order of its navigation. */
export const adminGroups = {
  watch: ['overview', 'incidents', 'usage', 'generations', 'queue'],
  people: ['people', 'invitations', 'budgets', 'limits', 'networks'],
  safety: ['checklist', 'audit', 'flags', 'safety', 'switch'],
} as const;
export type AdminGroup = keyof typeof adminGroups;
export type AdminView = (typeof adminGroups)[AdminGroup][number];
const adminViews: readonly AdminView[] = Object.values(adminGroups).flat();

/** What a view is narrowed to; each view reads what it knows. */
const narrowings = [
  'incident',
  'generation',
  'person',
  'action',
  'outcome',
  'address',
  'subject_id',
  'since',
  'until',
  'user_id',
  'project_id',
  'key_id',
  'model',
  'code',
  'from',
  'to',
  'by',
  'state',
] as const;
type Narrowing = (typeof narrowings)[number];

/** Which part of the administration an address names, and what it is narrowed to. */
export type AdminSearch = { view?: AdminView } & Partial<Record<Narrowing, string>>;

export function readAdminSearch(search: Record<string, unknown>): AdminSearch {
  const view = adminViews.find((candidate) => candidate === search['view']);
  const known = narrowings.flatMap((name) => {
    const value = search[name];
    return typeof value === 'string' && value !== '' && value.length <= 200 ? [[name, value]] : [];
  });
  return { ...(view && { view }), ...Object.fromEntries(known) };
}
