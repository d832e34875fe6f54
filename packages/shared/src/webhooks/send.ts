import http from 'node:http';
import https from 'node:https';
import { toHeaders } from '../providers/http/fresh-request.ts';
import { lookupPublic } from '../providers/http/public-address.ts';
import { readRetryAfter } from '../providers/http/retry-after.ts';
import { faultOf } from '../providers/http/scrub.ts';
import { isAllowedHost, refuseReceiver } from './receiver.ts';

/** Of an answer, which nobody looks at. Bytes. */
const MOST_READ = 64 * 1024;

export interface Sending {
  url: string;
  /** The signature; what else is needed is added. */
  headers: Readonly<Record<string, string>>;
  body: string;
  allowedHosts: readonly string[];
  /** For the whole exchange. Milliseconds. */
  timeoutMs: number;
}

/** How a message was taken. */
export interface Sent {
  /** Answered with a status from 200 to 299. */
  delivered: boolean;
  /** Null where no answer came. */
  status: number | null;
  /** In one sentence, what went wrong; it holds nothing that the receiver wrote, and no address. */
  error: string | null;
  retryAfterMs: number | undefined;
}

/**
 * Sends a message once, on a connection of its own. No redirect is followed: it could lead anywhere. Names are looked up
 * by the connection itself, which takes public addresses alone unless the operator opened the host. Never rejects.
 */
export function sendWebhook({
  url: address,
  headers,
  body,
  allowedHosts,
  timeoutMs,
}: Sending): Promise<Sent> {
  return new Promise((resolve) => {
    const refusal = refuseReceiver(address, allowedHosts);
    if (refusal) return resolve(failed(refusal));
    const url = new URL(address);
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST',
      agent: false,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'Veogate',
      },
      ...(isAllowedHost(url, allowedHosts) ? {} : { lookup: lookupPublic }),
    });
    let sent = failed('The connection was closed before there was an answer.');
    const timer = setTimeout(
      () => end(failed(`There was no answer within ${timeoutMs / 1000} s.`)),
      timeoutMs,
    );
    function end(how: Sent): void {
      clearTimeout(timer);
      resolve(how);
      request.destroy();
    }
    request.on('error', (error) => end(sent.status === null ? failed(toSentence(error)) : sent));
    request.once('close', () => end(sent));
    request.once('response', (response) => {
      sent = toSent(response);
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MOST_READ) end(sent);
      });
      // Its status is here; how the rest comes to an end changes nothing.
      response.once('error', () => end(sent));
      response.once('end', () => end(sent));
    });
    request.end(body);
  });
}

function toSent(response: http.IncomingMessage): Sent {
  const { statusCode: status = 0 } = response;
  const delivered = status >= 200 && status < 300;
  const error = delivered ? null : `The receiver answered ${status}.`;
  return { delivered, status, error, retryAfterMs: readRetryAfter(toHeaders(response)) };
}

function failed(error: string): Sent {
  return { delivered: false, status: null, error, retryAfterMs: undefined };
}

function toSentence(error: Error): string {
  const fault = faultOf(error);
  if (fault === 'PRIVATE_ADDRESS') return 'The host has no address on the open internet.';
  if (fault === 'ENOTFOUND' || fault === 'EAI_AGAIN') return 'The host cannot be found.';
  return `The connection failed (${fault}).`;
}
