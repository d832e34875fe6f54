import { expect, it } from 'vitest';
import { createProviders } from '../../src/providers/registry.ts';
import { accepted, CALL, withSimulator } from './support/genaipro.ts';

it('offers the demo where a simulator runs', async () => {
  const { simulator } = await withSimulator();
  const providers = createProviders({
    genaiproBaseUrl: 'https://genaipro.vn/api',
    requestsPerMinute: 30,
    simulatorUrl: `${simulator.url}/`,
  });
  expect(providers.get('genaipro')).toMatchObject({ id: 'genaipro', name: 'GenAIPro' });
  const demo = providers.get('demo');
  expect(demo.id).toBe('demo');
  expect(await accepted(demo)).toHaveLength(1);
  expect(await demo.checkKey(CALL)).toMatchObject({ state: 'accepted' });
});

it('has no demo without one, and says so', () => {
  const providers = createProviders({
    genaiproBaseUrl: 'https://genaipro.vn/api',
    requestsPerMinute: 30,
    simulatorUrl: undefined,
  });
  expect([providers.has('genaipro'), providers.has('demo')]).toEqual([true, false]);
  expect(() => providers.get('demo')).toThrow('The provider "demo" is not set up here.');
});
