import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ ACCESS_PROFILE: 'invite', PUBLIC_URL: 'https://veogate.test' });
});
afterAll(() => api?.close());

describe.each(['/v1/meta', '/v1/generations', '/v1/nothing', '/docs/errors'])('%s', (path) => {
  it('tells a browser to trust nothing that we did not send', async () => {
    const { headers } = await api.call('GET', path);
    expect(headers).toMatchObject({
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-robots-tag': 'noindex, nofollow',
    });
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['permissions-policy']).toContain('camera=()');
  });

  it('lets no other site read it', async () => {
    const { headers } = await api.call('GET', path, { headers: { origin: 'https://evil.test' } });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

it('leaves nothing of anybody in a cache', async () => {
  for (const path of ['/v1/me', '/v1/keys', '/v1/generations', '/v1/me/sessions']) {
    expect((await api.call('GET', path)).headers['cache-control']).toBe('no-store');
  }
});

it('does not make plain HTTP at home impossible', async () => {
  const home = await startTestApi();
  expect((await home.call('GET', '/v1/meta')).headers).not.toHaveProperty('strict-transport-security');
  await home.close();
});
