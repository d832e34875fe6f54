/** The addresses that the web app has pages for. It tells them apart itself. */
export const pages = [
  '/',
  '/launch',
  '/sign-in',
  '/welcome',
  '/gallery',
  '/generations/:id',
  '/keys',
  '/account',
  '/projects',
  '/projects/:id',
  '/webhooks',
  '/webhooks/:id',
  '/invitation',
  '/admin',
] as const;

/** What lies beside the page itself, under names that stay the same while the content changes. */
export const rootFiles = ['favicon.svg', 'scheme.js', 'robots.txt', 'site.webmanifest'] as const;
