import { genaipro } from './genaipro/genaipro.ts';
import type { Provider } from './provider.ts';

/** Every provider that the simulator plays. To add one: a folder beside genaipro/, and its name here. */
export const PROVIDERS: readonly Provider[] = [genaipro];
