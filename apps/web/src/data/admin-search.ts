export const adminViews = ['people', 'invitations', 'budgets', 'networks', 'safety'] as const;
type AdminView = (typeof adminViews)[number];

/** Which part of the administration an address names. */
export interface AdminSearch {
  view?: AdminView;
}

export function readAdminSearch({ view }: Record<string, unknown>): AdminSearch {
  const known = adminViews.find((candidate) => candidate === view);
  return known === undefined ? {} : { view: known };
}
