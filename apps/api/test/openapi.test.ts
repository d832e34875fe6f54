import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.close());

it('the description that the web app is built against is the one that is served', async () => {
  const { status, body } = await api.call('GET', '/docs/json', { as: {} });
  expect(status).toBe(200);
  // After a change: npx vitest run --project api openapi -u
  await expect(`${JSON.stringify(body, null, 2)}\n`).toMatchFileSnapshot('../../web/src/api/openapi.json');
});
