import { errorCatalogue } from '@veogate/shared/domain/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

interface Operation {
  summary?: string;
  tags?: string[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, { description: string; content?: Record<string, unknown> }>;
}
interface Description {
  openapi: string;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: Record<string, unknown> };
}

let api: TestApi;
let description: Description;
beforeAll(async () => {
  api = await startTestApi();
  description = (await api.call<Description>('GET', '/docs/json', { as: {} })).body;
});
afterAll(() => api?.close());

const operations = () =>
  Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, ...operation })),
  );

describe('the description of the API', () => {
  it('tells of every operation what it does, and that its errors are problems', () => {
    const groups = description.tags.map(({ name }) => name);
    for (const { name, summary, tags, responses } of operations()) {
      expect([name, summary?.length]).toEqual([name, expect.any(Number)]);
      expect([name, groups]).toEqual([name, expect.arrayContaining(tags ?? ['none'])]);
      expect([name, Object.keys(responses['default']?.content ?? {})]).toEqual([
        name,
        ['application/problem+json'],
      ]);
      expect([name, JSON.stringify(responses)]).not.toEqual([
        name,
        expect.stringContaining('Default Response'),
      ]);
    }
  });

  it('knows how to sign in, and what an upload looks like', () => {
    expect(Object.keys(description.components.securitySchemes)).toEqual(['bearer', 'session']);
    const upload = description.paths['/v1/uploads']?.['post'];
    expect(Object.keys(upload?.requestBody?.content ?? {})).toEqual(['multipart/form-data']);
  });

  it('leaves out what is for browsers alone', () => {
    const paths = Object.keys(description.paths);
    for (const page of ['/', '/launch', '/keys', '/favicon.svg', '/assets/{name}', '/docs/errors'])
      expect(paths).not.toContain(page);
  });
});

describe('the pages of the documentation', () => {
  it('run no inline script, and nothing from elsewhere', async () => {
    for (const url of ['/docs', '/docs/errors']) {
      const { headers } = await api.call('GET', url, { as: {} });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).not.toMatch(/unsafe|https?:|upgrade-insecure/);
    }
  });

  it('explain every error where its type leads', async () => {
    const { body } = await api.call('GET', '/v1/nothing');
    const [page = '', anchor] = String(body['type']).split('#');
    const { status, text } = await api.call('GET', page, { as: {} });
    expect(status).toBe(200);
    expect(text).toContain(`id="${anchor}"`);
    for (const code of Object.keys(errorCatalogue)) expect(text).toContain(`id="${code}"`);
  });
});
