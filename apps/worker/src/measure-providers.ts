import type { Providers } from '@veogate/shared/providers/registry';
import type { VideoProvider } from '@veogate/shared/providers/video-provider';
import type { Metrics } from '@veogate/shared/watching/metrics';
import type { Tracing } from '@veogate/shared/watching/tracing';

/** The same providers, each call of which is timed. */
export function measureProviders(
  providers: Providers,
  { metrics, tracing }: { metrics: Pick<Metrics, 'providerCalls'>; tracing: Tracing },
): Providers {
  const measured = new Map<string, VideoProvider>();

  async function time<T>(
    provider: string,
    call: string,
    run: () => Promise<T>,
    outcomeOf: (result: T) => string = () => 'ok',
  ): Promise<T> {
    const end = metrics.providerCalls.startTimer({ provider, call });
    try {
      const attributes = { 'veogate.provider': provider };
      const result = await tracing.time(`provider ${call}`, { attributes }, run);
      end({ outcome: outcomeOf(result) });
      return result;
    } catch (error) {
      end({ outcome: 'error' });
      throw error;
    }
  }

  function measure(provider: VideoProvider): VideoProvider {
    const { id, listHistory } = provider;
    return {
      ...provider,
      submit: (...args) =>
        time(
          id,
          'submit',
          () => provider.submit(...args),
          ({ outcome }) => outcome,
        ),
      poll: (...args) => time(id, 'poll', () => provider.poll(...args)),
      checkKey: (...args) =>
        time(
          id,
          'check_key',
          () => provider.checkKey(...args),
          ({ state }) => state,
        ),
      download: (...args) => time(id, 'download', () => provider.download(...args)),
      ...(listHistory && { listHistory: (...args) => time(id, 'history', () => listHistory(...args)) }),
    };
  }

  return {
    has: (id) => providers.has(id),
    get(id) {
      const known = measured.get(id) ?? measure(providers.get(id));
      measured.set(id, known);
      return known;
    },
  };
}
