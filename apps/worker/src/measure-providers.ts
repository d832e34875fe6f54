import type { Providers } from '@veogate/shared/providers/registry';
import type { VideoProvider } from '@veogate/shared/providers/video-provider';
import type { Metrics } from '@veogate/shared/watching/metrics';

/** The same providers, each call of which is timed. */
export function measureProviders(
  providers: Providers,
  { providerCalls }: Pick<Metrics, 'providerCalls'>,
): Providers {
  const measured = new Map<string, VideoProvider>();

  async function time<T>(
    provider: string,
    call: string,
    run: () => Promise<T>,
    outcomeOf: (result: T) => string = () => 'ok',
  ): Promise<T> {
    const end = providerCalls.startTimer({ provider, call });
    try {
      const result = await run();
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
