import { type AppError, describeError } from '@veogate/shared/domain/errors';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { toAppError } from '../../problems/to-app-error.ts';

/**
 * How a sign-in that failed leaves. A browser gets a page with the error's own status that leads on to the sign-in
 * page, which says what to do; a redirect would hide the failure from whoever watches for them. Programs get a problem.
 */
export function answerFailure(thrown: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const error = toAppError(thrown);
  const accepted = request.headers.accept ?? '';
  // The handler of everything else answers what is thrown here.
  if (!accepted.includes('text/html')) throw error;
  if (error.code === 'internal' || error.code === 'unavailable')
    request.log.error({ err: error }, 'request failed');
  else request.log.info({ code: error.code }, 'request refused');
  return reply
    .code(describeError(error.code).status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .serializer(String)
    .send(toPage(error));
}

/** Of the catalogue's own words, so that there is nothing in it to be escaped but an apostrophe that harms nobody. */
function toPage({ code }: AppError): string {
  const { title, advice } = describeError(code);
  const next = `/sign-in?problem=${code}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0;url=${next}">
<title>Veogate</title>
<p>${title} ${advice}</p>
<p><a href="${next}">Back to the sign-in page</a></p>
`;
}
