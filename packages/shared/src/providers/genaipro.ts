import type { ProviderId } from '../domain/models.ts';
import { assertUsable, clientHeaders, createApi, isUsable, keyHeaders, toHeaders } from './genaipro/api.ts';
import { pollOperations, readHistorySince } from './genaipro/poll.ts';
import { readCredits } from './genaipro/read-credits.ts';
import { readSubmit } from './genaipro/read-submit.ts';
import { endpointOf, toWire } from './genaipro/to-wire.ts';
import { freshRequest } from './http/fresh-request.ts';
import { openDownload } from './http/open-download.ts';
import { type KeyReport, ProviderCallError, type VideoProvider } from './video-provider.ts';

const HEADERS_TIMEOUT_MS = 60_000;
const STALL_TIMEOUT_MS = 60_000;

/**
 * GenAIPro, version 2 of its interface, as its published clients use it: `POST /v2/veo/…` answers with ids,
 * `GET /v2/veo/histories` and `/tasks/{id}` tell how they stand. It bills one credit for each output, gives credits
 * back for failed ones, and cannot cancel. The simulator speaks the same, as `demo`.
 *
 * @param options.baseUrl such as `https://genaipro.vn/api`
 * @param options.requestsPerMinute that it takes for each key and endpoint; 30 as it is published
 */
export function createGenaipro(options: {
  id: ProviderId;
  name: string;
  baseUrl: string;
  requestsPerMinute: number;
}): VideoProvider {
  const base = options.baseUrl.replace(/\/+$/, '');
  const api = createApi(base);

  return {
    id: options.id,
    name: options.name,
    requestsPerMinute: options.requestsPerMinute,
    endpointOf,

    async submit(request, { secret, signal, timeoutMs }) {
      if (!isUsable(secret)) return { outcome: 'rejected', failure: malformedKey };
      const wire = await toWire(request);
      if ('refused' in wire) {
        return { outcome: 'rejected', failure: { code: 'invalid_parameter', reason: wire.refused } };
      }
      const exchange = await freshRequest({
        url: new URL(`${base}/v2/veo/${wire.endpoint}`),
        method: 'POST',
        headers: { ...toHeaders(secret), 'content-type': wire.contentType },
        body: wire.body,
        timeoutMs,
        signal,
      });
      return readSubmit(exchange, secret);
    },

    async poll(operationIds, call) {
      return pollOperations(api, operationIds, call);
    },

    async listHistory(since, call) {
      return readHistorySince(api, since, call);
    },

    async checkKey(call): Promise<KeyReport> {
      if (!isUsable(call.secret)) return { state: 'refused', failure: malformedKey };
      try {
        return readCredits(await api.credits(call), call.secret);
      } catch (error) {
        if (error instanceof ProviderCallError) return { state: 'unclear', reason: error.message };
        throw error;
      }
    },

    async download(url, { secret, signal }) {
      assertUsable(secret);
      return openDownload({
        url,
        base: new URL(base),
        ownHeaders: keyHeaders(secret),
        headers: { ...clientHeaders, accept: '*/*' },
        headersTimeoutMs: HEADERS_TIMEOUT_MS,
        stallTimeoutMs: STALL_TIMEOUT_MS,
        signal,
      });
    },
  };
}

const malformedKey = {
  code: 'key_invalid',
  reason: 'The key has characters that no key of GenAIPro has.',
} as const;
