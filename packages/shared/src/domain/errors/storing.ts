import type { GenerationErrorEntry } from './entry.ts';

/**
 * What keeps a finished file from being stored: our own storage, or its provider. It is fetched again for as long as the
 * provider keeps it; only then does a generation end with one of these.
 */
export const storingErrors = {
  storage_full: {
    status: 507,
    title: 'The storage of this service is full.',
    advice:
      'Its operator has to make room. What is already made is saved then, for as long as its provider keeps it; after that, look again.',
    retry: 'look_again',
    billing: 'billed',
  },
  storage_unavailable: {
    status: 503,
    title: 'The storage of this service cannot be used at the moment.',
    advice:
      'Its operator has to look after it. What is already made is saved then, for as long as its provider keeps it; after that, look again.',
    retry: 'look_again',
    billing: 'billed',
  },
  download_refused: {
    status: 502,
    title: 'The provider refuses to hand over the finished file.',
    advice: 'It is asked again while it keeps the file; after that, look again, or fetch it on its page.',
    retry: 'look_again',
    billing: 'billed',
  },
  download_truncated: {
    status: 502,
    title: 'The finished file arrives incomplete.',
    advice: 'It is fetched again while the provider keeps it; after that, look again.',
    retry: 'look_again',
    billing: 'billed',
  },
  download_unreadable: {
    status: 502,
    title: 'The provider delivers something else in place of the finished file.',
    advice:
      'It is fetched again while the provider keeps it. Should that not help, see the provider’s page, then look again.',
    retry: 'look_again',
    billing: 'billed',
  },
  download_failed: {
    status: 502,
    title: 'The finished file could not be fetched.',
    advice: 'It is tried again while the provider keeps the file; after that, look again.',
    retry: 'look_again',
    billing: 'billed',
  },
} as const satisfies Record<string, GenerationErrorEntry>;
