import type { ProviderId } from './models.ts';

/** A provider as people know it. */
export interface ProviderPage {
  name: string;
  /** Where people make and withdraw their keys; null where nobody has to. */
  keysPage: string | null;
}

export const providerPages: Readonly<Record<ProviderId, ProviderPage>> = {
  genaipro: { name: 'GenAIPro', keysPage: 'https://genaipro.vn' },
  demo: { name: 'Demo (simulated)', keysPage: null },
};
