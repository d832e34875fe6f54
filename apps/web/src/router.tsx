import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { type Filters, readFilters } from './data/filters.ts';
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

export const router = createRouter({
  routeTree: root.addChildren([launch, signedIn.addChildren([studio, gallery, generation, keys])]),
  defaultPreload: 'intent',
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
