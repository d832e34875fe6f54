import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { FaultName } from '../faults/fault-table.ts';

/** Resets the connection: the client sees ECONNRESET and no byte of an answer. */
function dropConnection(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.socket?.resetAndDestroy();
  return reply;
}

/** Leaves the request open until the client gives up or the simulator closes. */
function hang(reply: FastifyReply): FastifyReply {
  return reply.hijack();
}

function sendHtml(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(html);
}

/** Waits, but not past the closing of the simulator. */
export async function pause(ms: number, closing: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: closing }).catch(() => undefined);
}

/**
 * Shows a fault that looks the same at every provider. Returns undefined for one that a provider words itself.
 */
export function showGenericFault(reply: FastifyReply, name: FaultName): FastifyReply | undefined {
  switch (name) {
    case 'drop_before_accept':
    case 'drop_after_accept':
    case 'poll_drop':
      return dropConnection(reply);
    case 'hang_before_accept':
    case 'hang_after_accept':
    case 'poll_hang':
      return hang(reply);
    case 'html_before_accept':
    case 'html_after_accept':
    case 'poll_html':
    case 'download_html':
      return sendHtml(reply, 200, MAINTENANCE);
    case 'html_503_before_accept':
    case 'poll_503_html':
      return sendHtml(reply, 503, MAINTENANCE);
    case 'gateway_timeout_after_accept':
      return sendHtml(reply, 504, GATEWAY_TIMEOUT);
    case 'cloudflare_1010':
      return sendHtml(reply, 403, CLOUDFLARE_1010);
    default:
      return undefined;
  }
}

const MAINTENANCE = `<!DOCTYPE html>
<html lang="en"><head><title>We&rsquo;ll be back soon</title></head>
<body><h1>Scheduled maintenance</h1><p>The service is being updated. Please come back in a few minutes.</p></body></html>
`;

const GATEWAY_TIMEOUT = `<html>
<head><title>504 Gateway Time-out</title></head>
<body><center><h1>504 Gateway Time-out</h1></center><hr><center>cloudflare</center></body>
</html>
`;

const CLOUDFLARE_1010 = `<!DOCTYPE html>
<html lang="en-US"><head><title>Access denied | genaipro.vn used Cloudflare to restrict access</title></head>
<body><h1><span>Error</span> <span>1010</span></h1><h2>Access denied</h2>
<p>The owner of this website has banned your access based on your browser's signature.</p></body></html>
`;
