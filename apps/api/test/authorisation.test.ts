import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Scope, scopes } from '@veogate/shared/domain/scopes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';
import { buildWorld, type World } from './support/world.ts';

/** Whose it is decides: everybody else is told that there is nothing, or what they lack. */
type Owned =
  /** 404 for everybody else. */
  | 'its owner'
  /** Whoever is in its project; 404 for everybody else. */
  | 'its project'
  /** 403 for viewers of its project, 404 for everybody else. */
  | 'its editors'
  /** 403 for the other members of the project, 404 for everybody else. */
  | 'its project’s owner';

interface Row {
  who: 'anyone' | 'member' | 'auditor' | 'admin' | Owned;
  /** The one scope that opens it to a token; left out where no token may call it. */
  scope?: Scope;
  /** Suspended people may, too. */
  suspended?: true;
  /** Makes what is called for; where left out, the route's own address. */
  path?: (world: World) => Promise<string>;
  body?: (world: World) => object | Promise<object>;
  /** Stays open: only its beginning is looked at. */
  stream?: true;
}

const own = (rest: string, make: (world: World) => Promise<string>, after = '') => ({
  path: async (world: World) => `${rest}/${await make(world)}${after}`,
});
const generation = (after = '') => own('/v1/generations', (world) => world.generation(), after);
const project = (after = '') => own('/v1/projects', (world) => world.project(), after);
const webhook = (after = '') => own('/v1/webhooks', (world) => world.webhook(), after);
const read = { scope: 'generations:read' } as const;
const write = { scope: 'generations:write' } as const;
const anyone: Row = { who: 'anyone' };

/** What each caller may. A new route without a row here fails the first test. */
const rows: Record<string, Row> = {
  // The service
  'GET /v1/meta': anyone,
  'GET /v1/models': anyone,
  'GET /v1/terms': anyone,
  'GET /v1/captcha': anyone,
  'GET /healthz': anyone,
  'GET /readyz': anyone,
  // Signing in and out
  'POST /auth/launch': { ...anyone, body: () => ({ token: 'x' }) },
  'POST /auth/logout': anyone,
  'POST /auth/password': {
    ...anyone,
    body: () => ({ password: 'x', display_name: 'Ada', pin: '123456' }),
  },
  'POST /auth/:provider': { ...anyone, path: async () => '/auth/google', body: () => ({}) },
  'GET /auth/:provider': { ...anyone, path: async () => '/auth/google' },
  'GET /auth/:provider/callback': { ...anyone, path: async () => '/auth/google/callback' },
  'POST /v1/invitations/preview': { ...anyone, body: () => ({ token: 'x' }) },
  // The account
  'GET /v1/me': { who: 'member', scope: 'account:read', suspended: true },
  'PATCH /v1/me': { who: 'member', body: () => ({ display_name: 'Ada' }) },
  'POST /v1/me/terms': { who: 'member', body: () => ({ version: '1' }) },
  'POST /v1/me/captcha': { who: 'member', suspended: true, body: () => ({ solution: 'x' }) },
  'POST /v1/me/claim-admin': { who: 'member', body: () => ({ code: 'x' }) },
  'GET /v1/me/sessions': { who: 'member', suspended: true },
  'DELETE /v1/me/sessions': { who: 'member', suspended: true },
  'DELETE /v1/me/sessions/:id': {
    who: 'its owner',
    suspended: true,
    ...own('/v1/me/sessions', (w) => w.session()),
  },
  'GET /v1/me/tokens': { who: 'member', suspended: true },
  'POST /v1/me/tokens': { who: 'member', body: () => ({ name: 'T', scopes: ['keys:read'] }) },
  'DELETE /v1/me/tokens/:id': {
    who: 'its owner',
    suspended: true,
    ...own('/v1/me/tokens', (w) => w.ownToken()),
  },
  'GET /v1/me/identities': { who: 'member', scope: 'account:read' },
  'DELETE /v1/me/identities/:id': { who: 'its owner', ...own('/v1/me/identities', (w) => w.identity()) },
  'POST /v1/me/identities/:id': { who: 'member', path: async () => '/v1/me/identities/google' },
  'DELETE /v1/me': { who: 'member', body: () => ({ confirm: 'x' }) },
  'GET /v1/me/export': { who: 'member', suspended: true },
  'POST /v1/invitations/accept': { who: 'member', body: () => ({ token: 'x' }) },
  // Projects
  'GET /v1/projects': { who: 'member', scope: 'projects:read' },
  'POST /v1/projects': { who: 'member', scope: 'projects:write', body: () => ({ name: 'P' }) },
  'GET /v1/projects/:id': { who: 'its project', scope: 'projects:read', ...project() },
  'PATCH /v1/projects/:id': {
    who: 'its project’s owner',
    scope: 'projects:write',
    ...project(),
    body: () => ({ name: 'P' }),
  },
  'DELETE /v1/projects/:id': { who: 'its project’s owner', scope: 'projects:write', ...project() },
  'GET /v1/projects/:id/links': { who: 'its project’s owner', scope: 'projects:read', ...project('/links') },
  'POST /v1/projects/:id/links': {
    who: 'its project’s owner',
    scope: 'projects:write',
    ...project('/links'),
    body: () => ({ role: 'viewer' }),
  },
  'DELETE /v1/projects/:id/links/:link_id': {
    who: 'its project’s owner',
    scope: 'projects:write',
    ...own('/v1/projects', (w) => w.projectLink()),
  },
  'PATCH /v1/projects/:id/members/:user_id': {
    who: 'its project’s owner',
    scope: 'projects:write',
    path: async (w) => `/v1/projects/${await w.project()}/members/${w.viewerId}`,
    body: () => ({ role: 'editor' }),
  },
  'DELETE /v1/projects/:id/members/:user_id': {
    who: 'its project’s owner',
    scope: 'projects:write',
    path: async (w) => `/v1/projects/${await w.project()}/members/${w.suspendedId}`,
  },
  'GET /v1/projects/:id/members': { who: 'its project', scope: 'projects:read', ...project('/members') },
  // Budgets
  'GET /v1/budgets': { who: 'member', scope: 'account:read' },
  'PUT /v1/projects/:id/budget': {
    who: 'its project’s owner',
    scope: 'projects:write',
    ...project('/budget'),
    body: () => ({ unit: 'credits', period: 'month', amount: '5' }),
  },
  'DELETE /v1/projects/:id/budget': {
    who: 'its project’s owner',
    scope: 'projects:write',
    ...own('/v1/projects', (w) => w.limitedProject(), '/budget?unit=credits&period=month'),
  },
  'GET /v1/admin/budgets': { who: 'auditor', scope: 'admin:read' },
  'PUT /v1/admin/budgets': {
    who: 'admin',
    scope: 'admin:write',
    body: async (w) => ({
      scope: 'user',
      scope_id: await w.person(),
      unit: 'usd',
      period: 'day',
      amount: '5',
    }),
  },
  'DELETE /v1/admin/budgets': {
    who: 'admin',
    scope: 'admin:write',
    path: async (w) =>
      `/v1/admin/budgets?scope=project&scope_id=${await w.limitedProject()}&unit=credits&period=month`,
  },
  // Administration
  'GET /v1/admin/safety': { who: 'auditor', scope: 'admin:read' },
  'GET /v1/admin/audit': { who: 'auditor', scope: 'admin:read' },
  'GET /v1/admin/audit/export': { who: 'auditor', scope: 'admin:read' },
  'GET /v1/admin/mode': { who: 'auditor', scope: 'admin:read' },
  'PUT /v1/admin/mode': { who: 'admin', scope: 'admin:write', body: () => ({ mode: 'open' }) },
  'GET /v1/admin/incidents': { who: 'auditor', scope: 'admin:read' },
  'GET /v1/admin/incidents/:id': {
    who: 'auditor',
    scope: 'admin:read',
    ...own('/v1/admin/incidents', (w) => w.incident()),
  },
  'POST /v1/admin/incidents/:id/events': {
    who: 'admin',
    scope: 'admin:write',
    ...own('/v1/admin/incidents', (w) => w.incident(), '/events'),
    body: () => ({ word: 'acknowledged' }),
  },
  'GET /v1/admin/flags': { who: 'auditor', scope: 'admin:read' },
  'PATCH /v1/admin/flags/:rule': {
    who: 'admin',
    scope: 'admin:write',
    path: async () => '/v1/admin/flags/key_refused',
    body: () => ({ enabled: true }),
  },
  'POST /v1/admin/flags/:rule/replay': {
    who: 'auditor',
    scope: 'admin:read',
    path: async () => '/v1/admin/flags/key_refused/replay',
    body: () => ({ days: 1 }),
  },
  'POST /v1/admin/alerts/test': { who: 'admin', scope: 'admin:write' },
  'GET /v1/admin/users': { who: 'auditor', scope: 'admin:read' },
  'GET /v1/admin/users/:id': {
    who: 'auditor',
    scope: 'admin:read',
    ...own('/v1/admin/users', (w) => w.person()),
  },
  'PATCH /v1/admin/users/:id': {
    who: 'admin',
    scope: 'admin:write',
    ...own('/v1/admin/users', (w) => w.person()),
    body: () => ({ state: 'suspended', suspended_reason: 'Too much.' }),
  },
  'DELETE /v1/admin/users/:id/sessions': {
    who: 'admin',
    scope: 'admin:write',
    ...own('/v1/admin/users', (w) => w.person(), '/sessions'),
  },
  'GET /v1/admin/limits': { who: 'auditor', scope: 'admin:read' },
  'PUT /v1/admin/models': {
    who: 'admin',
    scope: 'admin:write',
    body: () => ({ model: 'genaipro/nano_banana_pro', offered: true }),
  },
  'GET /v1/admin/blocked-networks': { who: 'auditor', scope: 'admin:read' },
  'DELETE /v1/admin/blocked-networks/:network': {
    who: 'admin',
    scope: 'admin:write',
    ...own('/v1/admin/blocked-networks', (w) => w.blockedNetwork()),
  },
  'GET /v1/admin/invitations': { who: 'auditor', scope: 'admin:read' },
  'POST /v1/admin/invitations': { who: 'admin', scope: 'admin:write', body: () => ({ kind: 'link' }) },
  'DELETE /v1/admin/invitations/:id': {
    who: 'admin',
    scope: 'admin:write',
    ...own('/v1/admin/invitations', (w) => w.invitation()),
  },
  'GET /v1/admin/overview': { who: 'auditor', scope: 'admin:read' },
  'GET /v1/admin/queue': { who: 'auditor', scope: 'admin:read' },
  'POST /v1/admin/queue/retry': {
    who: 'admin',
    scope: 'admin:write',
    body: async (w) => ({ generation_ids: [await w.generation()] }),
  },
  'GET /v1/admin/generations': { who: 'auditor', scope: 'admin:read' },
  'GET /v1/admin/generations/sample': { who: 'auditor', scope: 'admin:read' },
  'GET /v1/admin/generations/:id': {
    who: 'auditor',
    scope: 'admin:read',
    ...own('/v1/admin/generations', (w) => w.generation()),
  },
  'GET /v1/admin/generations/:id/outputs/:n': {
    who: 'auditor',
    scope: 'admin:read',
    ...own('/v1/admin/generations', (w) => w.generation(), '/outputs/0'),
  },
  'GET /v1/admin/checklist': { who: 'auditor', scope: 'admin:read' },
  'POST /v1/admin/checklist/:item/run': {
    who: 'auditor',
    scope: 'admin:read',
    path: async () => '/v1/admin/checklist/security/run',
  },
  'POST /v1/admin/checklist/:item': {
    who: 'admin',
    scope: 'admin:write',
    path: async () => '/v1/admin/checklist/metrics',
    body: () => ({}),
  },
  // Usage
  'GET /v1/me/usage': { who: 'member', scope: 'account:read' },
  'GET /v1/me/usage/export': { who: 'member', scope: 'account:read' },
  'GET /v1/admin/usage': { who: 'auditor', scope: 'admin:read' },
  'GET /v1/admin/usage/export': { who: 'auditor', scope: 'admin:read' },
  // Keys
  'GET /v1/keys': { who: 'member', scope: 'keys:read' },
  'POST /v1/keys': {
    who: 'member',
    scope: 'keys:write',
    body: () => ({ provider: 'genaipro', secret: 'eyJabcdefgh' }),
  },
  'GET /v1/keys/:id': { who: 'its owner', scope: 'keys:read', ...own('/v1/keys', (w) => w.key()) },
  'DELETE /v1/keys/:id': { who: 'its owner', scope: 'keys:write', ...own('/v1/keys', (w) => w.key()) },
  'POST /v1/keys/:id/check': {
    who: 'its owner',
    scope: 'keys:write',
    ...own('/v1/keys', (w) => w.key(), '/check'),
  },
  // Uploads
  'POST /v1/uploads': { who: 'member', scope: 'uploads:write' },
  'GET /v1/uploads/:id': {
    who: 'its project',
    scope: 'uploads:read',
    ...own('/v1/uploads', (w) => w.usedUpload()),
  },
  'GET /v1/uploads/:id/content': {
    who: 'its project',
    scope: 'uploads:read',
    ...own('/v1/uploads', (w) => w.usedUpload(), '/content'),
  },
  // Generations
  'POST /v1/estimates': {
    who: 'member',
    ...read,
    body: () => ({ model: 'genaipro/veo', kind: 'text_to_video' }),
  },
  'GET /v1/generations': { who: 'member', ...read },
  'POST /v1/generations': {
    who: 'its owner',
    ...write,
    path: async () => '/v1/generations',
    body: async (w) => ({
      model: 'genaipro/veo',
      kind: 'text_to_video',
      prompt: 'a paper boat',
      key_id: await w.key(),
    }),
  },
  'GET /v1/generations/:id': { who: 'its project', ...read, ...generation() },
  'DELETE /v1/generations/:id': { who: 'its editors', ...write, ...generation() },
  'PUT /v1/generations/:id/pin': { who: 'its editors', ...write, ...generation('/pin') },
  'DELETE /v1/generations/:id/pin': { who: 'its editors', ...write, ...generation('/pin') },
  'POST /v1/generations/:id/cancel': { who: 'its editors', ...write, ...generation('/cancel') },
  'POST /v1/generations/:id/resolve': {
    who: 'its editors',
    ...write,
    ...generation('/resolve'),
    body: () => ({ action: 'dismiss' }),
  },
  'POST /v1/generations/:id/retry': { who: 'its editors', ...write, ...generation('/retry') },
  'GET /v1/generations/:id/outputs/:n': { who: 'its project', ...read, ...generation('/outputs/0') },
  'GET /v1/generations/:id/events': { who: 'its project', ...read, ...generation('/events'), stream: true },
  'GET /v1/events': { who: 'member', ...read, stream: true },
  // Webhooks
  'GET /v1/webhooks': { who: 'member', scope: 'webhooks:read' },
  'POST /v1/webhooks': {
    who: 'member',
    scope: 'webhooks:write',
    body: () => ({ url: 'https://192.0.2.1/hooks' }),
  },
  'GET /v1/webhooks/:id': { who: 'its owner', scope: 'webhooks:read', ...webhook() },
  'PATCH /v1/webhooks/:id': {
    who: 'its owner',
    scope: 'webhooks:write',
    ...webhook(),
    body: () => ({ label: 'W' }),
  },
  'DELETE /v1/webhooks/:id': { who: 'its owner', scope: 'webhooks:write', ...webhook() },
  'POST /v1/webhooks/:id/rotate-secret': {
    who: 'its owner',
    scope: 'webhooks:write',
    ...webhook('/rotate-secret'),
  },
  'POST /v1/webhooks/:id/test': { who: 'its owner', scope: 'webhooks:write', ...webhook('/test') },
  'GET /v1/webhooks/:id/deliveries': { who: 'its owner', scope: 'webhooks:read', ...webhook('/deliveries') },
  'POST /v1/webhooks/:id/deliveries/:delivery_id/replay': {
    who: 'its owner',
    scope: 'webhooks:write',
    ...own('/v1/webhooks', (w) => w.delivery(), '/replay'),
  },
};

/** The page's own files and addresses, and what describes the API: for everybody, and the same for everybody. */
const PAGES =
  /^GET \/(?:$|docs|assets\/|launch|sign-in|welcome|invitation|account|projects|webhooks|admin|gallery|generations\/:id$|keys$|favicon|scheme|site|robots)/;

/** Without limits: everybody knocks many times. */
const PROFILE = {
  ACCESS_PROFILE: 'invite',
  PUBLIC_URL: 'https://veogate.test',
  TERMS_VERSION: '1',
  CAPTCHA: 'altcha',
  LIMIT_ANONYMOUS: '0',
  LIMIT_USER: '0',
  LIMIT_ADDRESS: '0',
  LIMIT_UPLOADS: '0',
  LIMIT_GENERATIONS: '0',
  LIMIT_VIOLATIONS: '0',
  LIMIT_SIGN_INS: '1000000',
};

let api: TestApi;
let world: World;
let routes: string[];
let port: number;
beforeAll(async () => {
  api = await startTestApi(PROFILE);
  world = await buildWorld(api);
  routes = toRoutes(api.app.printRoutes({ commonPrefix: false }));
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  port = (api.app.server.address() as AddressInfo).port;
});
afterAll(() => api?.close());

it('has a row for every route, and a route for every row', () => {
  expect(routes.filter((route) => !PAGES.test(route)).sort()).toEqual(Object.keys(rows).sort());
});

it('shows pages and descriptions to everybody alike', async () => {
  for (const route of routes.filter((candidate) => PAGES.test(candidate))) {
    const path = route.slice(4).replaceAll(/[:*]\w*/g, 'x');
    const [nobody, somebody] = [await world.callers.anonymous(), await world.callers.owner()];
    const answers = [await ask('GET', path, nobody), await ask('GET', path, somebody)];
    expect([route, answers[0]]).toEqual([route, answers[1]]);
  }
});

describe.each(Object.entries(rows))('%s', (route, row) => {
  const [method = '', address = ''] = route.split(' ');

  async function call(as: Record<string, string>) {
    const path = row.path ? await row.path(world) : address;
    const body = row.body ? await row.body(world) : undefined;
    return ask(method, path, as, body, row.stream);
  }

  it.each(['anonymous', 'suspended', 'other', 'auditor', 'admin', 'viewer', 'editor', 'owner'] as const)(
    'gives %s what is theirs',
    async (caller) => {
      const expected = toExpected(row, caller);
      const answer = await call(await world.callers[caller]());
      expect(toOutcome(row, answer, expected)).toBe(expected);
    },
  );

  const holder = () => (row.who === 'admin' || row.who === 'auditor' ? world.adminId : world.ownerId);

  if (row.who === 'anyone') return;
  it('opens to a token by its own scope alone', async () => {
    const others = scopes.filter((scope) => scope !== row.scope);
    const refused = await call(await world.token(holder(), others));
    expect(refused).toEqual({ status: 403, code: row.scope ? 'scope_missing' : 'session_needed' });
    if (!row.scope) return;
    const answer = await call(await world.token(holder(), [row.scope]));
    expect(toOutcome(row, answer, 'in')).toBe('in');
  });
});

type Caller = keyof World['callers'];

/** What the table says of a caller: `in`, or the status of the refusal. */
function toExpected({ who, suspended }: Row, caller: Caller): 'in' | 401 | 403 | 404 {
  if (who === 'anyone') return 'in';
  if (caller === 'anonymous') return 401;
  if (caller === 'suspended' && !suspended) return 403;
  if (who === 'member') return 'in';
  if (who === 'admin') return caller === 'admin' ? 'in' : 403;
  if (who === 'auditor') return caller === 'admin' || caller === 'auditor' ? 'in' : 403;
  if (caller === 'owner') return 'in';
  const isMember = caller === 'editor' || caller === 'viewer';
  if (!isMember || who === 'its owner') return 404;
  if (who === 'its project’s owner') return 403;
  return who === 'its editors' && caller === 'viewer' ? 403 : 'in';
}

interface Answer {
  status: number;
  code: string | undefined;
}

/** What only the door says, wherever it stands. */
const DOOR = [
  'suspended',
  'account_leaving',
  'role_missing',
  'session_needed',
  'scope_missing',
  'service_closed',
];

const OWN_WORD = new Set<Row['who']>(['anyone', 'member']);

/** Whoever is in may still get a 400, 409 or 410 of what they asked for; but never a refusal. */
function toOutcome(
  { who }: Row,
  { status, code = '' }: Answer,
  expected: 'in' | number,
): 'in' | number | string {
  // Where it is nobody’s in particular, a wrong secret is refused for its own sake.
  const isRefused = OWN_WORD.has(who)
    ? DOOR.includes(code) || (who === 'member' && status === 401)
    : [401, 403, 404].includes(status);
  if (!isRefused) return 'in';
  return expected === 'in' ? `${status} ${code}` : status;
}

/** Over a real connection, so that a stream can be left at its beginning. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: object,
  stream = false,
): Promise<Answer> {
  const text = body && JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: {
          host: new URL(api.origin).host,
          ...headers,
          ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        },
      },
      (response) => {
        const status = response.statusCode ?? 0;
        if (stream && status === 200) {
          asked.destroy();
          resolve({ status, code: undefined });
          return;
        }
        let answer = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          answer += chunk;
        });
        response.on('end', () => {
          const isProblem = String(response.headers['content-type']).includes('problem+json');
          resolve({ status, code: isProblem ? (JSON.parse(answer) as { code: string }).code : undefined });
        });
      },
    );
    asked.on('error', (error) => (stream ? resolve({ status: 0, code: undefined }) : reject(error)));
    asked.end(text);
  });
}

/** The framework's drawing of its routes, as `METHOD /address`; HEAD goes wherever GET does. */
function toRoutes(tree: string): string[] {
  const path: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const found = /^((?:[│ ] {3})*)[├└]── (\S+)(?: \((.+)\))?$/.exec(line);
    if (!found) return [];
    const [, indent = '', segment = '', methods] = found;
    const depth = indent.length / 4;
    path.length = depth;
    path.push(segment);
    const address = path
      .join('')
      .replace(/^\/\//, '/')
      .replace(/:\w+\|(:\w+)/g, '$1')
      .replace(/^\/docs\/\//, '/docs/');
    return (methods?.split(', ') ?? [])
      .filter((method) => method !== 'HEAD')
      .map((method) => `${method} ${address}`);
  });
}
