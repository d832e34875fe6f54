import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { type Download, ProviderCallError } from '../video-provider.ts';
import { toHeaders } from './fresh-request.ts';
import { isLoopbackUrl, isPublicAddress, lookupPublic } from './public-address.ts';
import { readRetryAfter } from './retry-after.ts';
import { faultOf } from './scrub.ts';

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

export interface DownloadRequest {
  url: string;
  /** The provider's own address. Only its origin is shown `ownHeaders`; a loopback one may lead to loopback. */
  base: URL;
  ownHeaders: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
  /** Until the headers of one answer are here. Milliseconds. */
  headersTimeoutMs: number;
  /** The longest time without a byte. Milliseconds. */
  stallTimeoutMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * Opens a file of a provider for streaming. Redirects are followed by hand, at most five. Only https, and only hosts
 * of the open internet, unless the provider itself runs on this machine.
 *
 * The body ends with an error where the connection closes before the announced length, or stalls. Throws a
 * ProviderCallError, with the status where there was one; no message of it holds the URL, which may be a secret.
 */
export async function openDownload(request: DownloadRequest): Promise<Download> {
  let url = parse(request.url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await open(url, request);
    const { statusCode: status = 0, headers } = response;
    if (status === 200) return toDownload(response, request);
    response.destroy();
    if (!REDIRECTS.includes(status) || !headers.location) {
      const retryAfterMs = readRetryAfter(toHeaders(response));
      throw new ProviderCallError(`The download was answered with ${status}.`, {
        status,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
    }
    url = parse(headers.location, url);
  }
  throw new ProviderCallError(`The download was redirected more than ${MAX_REDIRECTS} times.`);
}

function parse(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new ProviderCallError('The download address is not a URL.');
  return new URL(text, base);
}

function open(url: URL, request: DownloadRequest): Promise<http.IncomingMessage> {
  const { base, headersTimeoutMs, stallTimeoutMs, signal } = request;
  const own = url.origin === base.origin;
  const local = isLoopbackUrl(base);
  refuse(url, { http: local && base.protocol === 'http:', anyHost: own || local });
  return new Promise((resolve, reject) => {
    const fail = (fault: string): void => {
      clearTimeout(timer);
      reject(new ProviderCallError(`The download could not be opened (${fault}).`));
      call.destroy();
    };
    const call = (url.protocol === 'https:' ? https : http).get(url, {
      agent: false,
      headers: {
        ...request.headers,
        // Compressed, the announced length would not be the file's.
        'accept-encoding': 'identity',
        ...(own ? request.ownHeaders : {}),
      },
      ...(own || local ? {} : { lookup: lookupPublic }),
      ...(signal ? { signal } : {}),
    });
    const timer = setTimeout(() => fail(`no answer within ${headersTimeoutMs / 1000} s`), headersTimeoutMs);
    call.on('error', (error) => fail(faultOf(error)));
    call.once('response', (response) => {
      clearTimeout(timer);
      // The reader may come later than a fault; it still gets it from the stream.
      response.on('error', () => {});
      response.socket.setTimeout(stallTimeoutMs, () => {
        response.destroy(
          new ProviderCallError(`The download stalled: no byte for ${stallTimeoutMs / 1000} s.`),
        );
      });
      resolve(response);
    });
  });
}

function refuse(url: URL, allowed: { http: boolean; anyHost: boolean }): void {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowed.http)) {
    throw new ProviderCallError(`A download over ${url.protocol}// is refused.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new ProviderCallError('A download address with a password in it is refused.');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A literal address is connected to without a lookup.
  if (!allowed.anyHost && isIP(host) !== 0 && !isPublicAddress(host)) {
    throw new ProviderCallError('A download from a private address is refused.');
  }
}

function toDownload(response: http.IncomingMessage, { signal }: DownloadRequest): Download {
  const { headers } = response;
  if (/^\s*text\/html\b/i.test(headers['content-type'] ?? '')) {
    response.destroy();
    throw new ProviderCallError('The download was answered with a web page in place of the file.', {
      status: 200,
    });
  }
  const length = headers['content-encoding'] === undefined ? headers['content-length'] : undefined;
  if (signal) {
    const give = (): void => void response.destroy(new ProviderCallError('The download was given up.'));
    signal.addEventListener('abort', give, { once: true });
    response.once('close', () => signal.removeEventListener('abort', give));
  }
  return { body: response, contentLength: length === undefined ? null : Number(length) };
}
