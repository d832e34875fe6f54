import { createGenaipro } from './genaipro.ts';
import type { VideoProvider } from './video-provider.ts';

export type Providers = ReturnType<typeof createProviders>;

/**
 * The providers that this service talks to.
 *
 * @param options.requestsPerMinute that GenAIPro takes for each key and endpoint
 * @param options.simulatorUrl the origin of a running simulator; without one there is no `demo`
 */
export function createProviders(options: {
  genaiproBaseUrl: string;
  requestsPerMinute: number;
  simulatorUrl?: string | undefined;
}) {
  const { genaiproBaseUrl, requestsPerMinute, simulatorUrl } = options;
  const list: VideoProvider[] = [
    createGenaipro({ id: 'genaipro', name: 'GenAIPro', baseUrl: genaiproBaseUrl, requestsPerMinute }),
  ];
  if (simulatorUrl) {
    const baseUrl = `${simulatorUrl.replace(/\/+$/, '')}/genaipro`;
    list.push(createGenaipro({ id: 'demo', name: 'Demo', baseUrl, requestsPerMinute }));
  }
  const byId = new Map<string, VideoProvider>(list.map((provider) => [provider.id, provider]));

  return {
    has: (id: string): boolean => byId.has(id),
    /** The provider with that id, as it stands in the database. Throws where it is not set up here. */
    get(id: string): VideoProvider {
      const provider = byId.get(id);
      if (!provider) throw new Error(`The provider "${id}" is not set up here.`);
      return provider;
    },
  };
}
