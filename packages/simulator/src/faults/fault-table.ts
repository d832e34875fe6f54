/** What the text after `=` in a fault means. Durations are `250ms`, `5s`, `2m` or a bare number of milliseconds. */
export type FaultValueKind = 'duration' | 'seconds' | 'count';

interface FaultDefinition {
  /** Where the fault strikes. `before` and `after` are the two sides of the moment a submit is accepted (and billed). */
  stage: 'before' | 'after' | 'task' | 'poll' | 'history' | 'download';
  about: string;
  value?: { kind: FaultValueKind; default: number };
}

const define = <const T extends Record<string, FaultDefinition>>(table: T): T => table;

const seconds = (value: number) => ({ kind: 'seconds', default: value }) as const;
const count = (value: number) => ({ kind: 'count', default: value }) as const;
const duration = (value: number) => ({ kind: 'duration', default: value }) as const;

/** Every fault the simulator can show, each with the one line that the README repeats. */
export const FAULTS = define({
  drop_before_accept: {
    stage: 'before',
    about: 'A submit is read, then its connection is reset; nothing was accepted.',
  },
  hang_before_accept: {
    stage: 'before',
    about: 'A submit is read and never answered; nothing was accepted.',
  },
  html_before_accept: { stage: 'before', about: 'A submit gets an HTML maintenance page with status 200.' },
  html_503_before_accept: {
    stage: 'before',
    about: 'A submit gets an HTML maintenance page with status 503.',
  },
  error_500_before_accept: { stage: 'before', about: 'A submit gets a JSON 500; nothing was accepted.' },
  cloudflare_1010: {
    stage: 'before',
    about: 'A submit gets the Cloudflare 1010 page: HTML with status 403.',
  },
  rate_limited: {
    stage: 'before',
    about: 'A submit gets 429 with Retry-After (value: its seconds).',
    value: seconds(1),
  },
  rate_limited_reset: {
    stage: 'before',
    about: 'A submit gets 429 with X-RateLimit-Reset in Unix seconds (value: seconds from now).',
    value: seconds(1),
  },
  daily_limit: {
    stage: 'before',
    about:
      'A submit gets 429 "daily limit exceeded" with X-RateLimit-Reset in Unix seconds (value: seconds from now).',
    value: seconds(43_200),
  },
  insufficient_quota: { stage: 'before', about: 'A submit gets 402 "insufficient quota".' },
  bad_request: { stage: 'before', about: 'A submit gets 400 "invalid request".' },
  model_retired: { stage: 'before', about: 'A submit gets 404 "This model … is no longer available".' },
  invalid_api_key: {
    stage: 'before',
    about: 'A submit gets 401 "invalid_api_key", as if the key had been revoked.',
  },
  no_access_token: {
    stage: 'before',
    about: 'A submit with a valid key gets a bare 401 "No access token found".',
  },

  drop_after_accept: {
    stage: 'after',
    about: 'A submit is accepted, then its connection is reset without an answer.',
  },
  gateway_timeout_after_accept: {
    stage: 'after',
    about: 'A submit is accepted and answered with a 504 gateway HTML page.',
  },
  html_after_accept: {
    stage: 'after',
    about: 'A submit is accepted and answered with an HTML maintenance page with status 200.',
  },
  error_500_after_accept: { stage: 'after', about: 'A submit is accepted and answered with a JSON 500.' },
  hang_after_accept: { stage: 'after', about: 'A submit is accepted and never answered.' },
  unparsable_after_accept: {
    stage: 'after',
    about: 'A submit is accepted and answered 202 with JSON that is cut off.',
  },
  empty_histories_after_accept: {
    stage: 'after',
    about:
      'A submit is accepted and answered 202 with an empty histories array (create-image: without an id).',
  },
  slow_answer: {
    stage: 'after',
    about: 'A submit is accepted at once and answered late (value: how late).',
    value: duration(5_000),
  },

  latency: {
    stage: 'task',
    about: 'The task takes this long instead of the default (value: how long).',
    value: duration(3_000),
  },
  tiny: {
    stage: 'task',
    about: 'The task makes a tiny video (320x180 or 180x320) or image, whatever the size asked.',
  },
  never_completes: {
    stage: 'task',
    about: 'The task stays in processing until the control surface completes it.',
  },
  unsafe_generation: { stage: 'task', about: 'The task fails with UNSAFE_GENERATION.' },
  audio_filtered: { stage: 'task', about: 'The task fails with AUDIO_FILTERED.' },
  create_failed: { stage: 'task', about: 'The task fails with "Create video failed".' },
  upload_failed: {
    stage: 'task',
    about: 'The task fails with "Failed to upload image, please try again".',
  },
  invalid_argument: {
    stage: 'task',
    about: 'The task fails with "Request contains an invalid argument."',
  },
  filtered: {
    stage: 'task',
    about:
      'Some of the outputs fail with UNSAFE_GENERATION (value: how many of them, the first ones; all where unset).',
    value: { kind: 'count', default: Number.POSITIVE_INFINITY },
  },
  no_file_urls: { stage: 'task', about: 'The task completes with an empty file_urls.' },

  poll_500: { stage: 'poll', about: 'A poll gets a JSON 500.' },
  poll_503_html: { stage: 'poll', about: 'A poll gets an HTML maintenance page with status 503.' },
  poll_html: { stage: 'poll', about: 'A poll gets an HTML maintenance page with status 200.' },
  poll_rate_limited: {
    stage: 'poll',
    about: 'A poll gets 429 with Retry-After (value: its seconds).',
    value: seconds(1),
  },
  poll_no_access_token: {
    stage: 'poll',
    about: 'A poll with a valid key gets a bare 401 "No access token found".',
  },
  poll_drop: { stage: 'poll', about: 'The connection of a poll is reset.' },
  poll_hang: { stage: 'poll', about: 'A poll is never answered.' },
  poll_slow: { stage: 'poll', about: 'A poll is answered late (value: how late).', value: duration(5_000) },
  poll_not_found: { stage: 'poll', about: 'A poll of tasks/{id} gets 404, though the task exists.' },

  history_omits: {
    stage: 'history',
    about: 'The histories never list the entry (value: only for this long after its acceptance).',
    value: duration(Number.POSITIVE_INFINITY),
  },
  history_twin: {
    stage: 'history',
    about:
      'Each accepted submit also puts one entry of someone else, with the same prompt, in the histories.',
  },

  download_truncated: {
    stage: 'download',
    about: 'A download announces its whole length, sends half and closes the connection.',
  },
  download_cut: {
    stage: 'download',
    about:
      'A download sends a cut file under a matching Content-Length: the MP4 header is valid, its end is missing.',
  },
  download_403: { stage: 'download', about: 'A download gets 403.' },
  download_404: { stage: 'download', about: 'A download gets 404.' },
  download_html: {
    stage: 'download',
    about: 'A download gets an HTML page with status 200 in place of the file.',
  },
  download_redirect: {
    stage: 'download',
    about: 'A download is redirected to another path of the same origin.',
  },
  download_redirect_origin: {
    stage: 'download',
    about: 'A download is redirected to another origin (127.0.0.1 to localhost, or back).',
  },
  download_slow: {
    stage: 'download',
    about: 'A download trickles (value: how long the whole file takes).',
    value: duration(5_000),
  },
  download_padded: {
    stage: 'download',
    about: 'A video comes with padding at its end that players skip (value: MiB of it).',
    value: count(200),
  },
  download_expired: {
    stage: 'download',
    about: 'The URL turns out to be expired: it answers 403 for good, and a fresh poll gives a fresh URL.',
  },
});

export type FaultName = keyof typeof FAULTS;
export type FaultStage = (typeof FAULTS)[FaultName]['stage'];

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** The names of one stage, in the order of the table. */
export function faultsOf(stage: FaultStage): FaultName[] {
  return FAULT_NAMES.filter((name) => FAULTS[name].stage === stage);
}

export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(FAULTS, text);
}

/** The value a fault takes, if it takes one. */
export function faultValue(name: FaultName): { kind: FaultValueKind; default: number } | undefined {
  const definition: FaultDefinition = FAULTS[name];
  return definition.value;
}
