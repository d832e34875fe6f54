import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { type AdminSearch, readAdminSearch } from './data/admin-search.ts';
import { type Filters, readFilters } from './data/filters.ts';
import { readSignInSearch, type SignInSearch } from './data/sign-in-search.ts';
import { Broken } from './features/shell/broken.tsx';
import { NotFound } from './features/shell/not-found.tsx';
import { Shell } from './features/shell/shell.tsx';
import { SignedIn } from './features/shell/signed-in.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const launch = createRoute({
  getParentRoute: () => root,
  path: '/launch',
  component: lazyRouteComponent(() => import('./features/launch/launch-page.tsx'), 'LaunchPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): SignInSearch => readSignInSearch(search),
  component: lazyRouteComponent(() => import('./features/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedIn });

const studio = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  component: lazyRouteComponent(() => import('./features/studio/studio-page.tsx'), 'StudioPage'),
});

const gallery = createRoute({
  getParentRoute: () => signedIn,
  path: '/gallery',
  validateSearch: (search): Filters => readFilters(search),
  component: lazyRouteComponent(() => import('./features/gallery/gallery-page.tsx'), 'GalleryPage'),
});

const generation = createRoute({
  getParentRoute: () => signedIn,
  path: '/generations/$id',
  component: lazyRouteComponent(() => import('./features/viewer/viewer-page.tsx'), 'ViewerPage'),
});

const keys = createRoute({
  getParentRoute: () => signedIn,
  path: '/keys',
  component: lazyRouteComponent(() => import('./features/keys/keys-page.tsx'), 'KeysPage'),
});

const welcome = createRoute({
  getParentRoute: () => signedIn,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./features/welcome/welcome-page.tsx'), 'WelcomePage'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyRouteComponent(() => import('./features/account/account-page.tsx'), 'AccountPage'),
});

const projects = createRoute({
  getParentRoute: () => signedIn,
  path: '/projects',
  component: lazyRouteComponent(() => import('./features/projects/projects-page.tsx'), 'ProjectsPage'),
});

const project = createRoute({
  getParentRoute: () => signedIn,
  path: '/projects/$id',
  component: lazyRouteComponent(() => import('./features/projects/project-page.tsx'), 'ProjectPage'),
});

const webhooks = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('./features/webhooks/webhooks-page.tsx'), 'WebhooksPage'),
});

const webhook = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks/$id',
  component: lazyRouteComponent(() => import('./features/webhooks/webhook-page.tsx'), 'WebhookPage'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./features/invitation/invitation-page.tsx'), 'InvitationPage'),
});

const usage = createRoute({
  getParentRoute: () => signedIn,
  path: '/usage',
  component: lazyRouteComponent(() => import('./features/usage/usage-page.tsx'), 'UsagePage'),
});

const admin = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin',
  validateSearch: (search): AdminSearch => readAdminSearch(search),
  component: lazyRouteComponent(() => import('./features/admin/admin-page.tsx'), 'AdminPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    launch,
    signIn,
    invitation,
    signedIn.addChildren([
      ...[
        studio,
        gallery,
        generation,
        keys,
        welcome,
        account,
        projects,
        project,
        webhooks,
        webhook,
        usage,
        admin,
      ],
    ]),
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
