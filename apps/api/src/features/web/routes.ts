import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { anyone } from '../../access.ts';
import { pages, rootFiles } from './addresses.ts';

/** As the build names them: flat, and with a hash of their content. Also bars the way out of the folder. */
const ASSET = /^[\w-]+(?:\.[\w-]+)+$/;
/** They are sent in place of what they were made of, and have no type of their own. */
const COMPRESSED = /\.(?:br|gz)$/;

/** The web app: one page for all of its addresses, and the files that it is made of. */
export const webRoutes: FastifyPluginAsyncTypebox = async (app) => {
  for (const page of pages) {
    app.get(page, { schema: { hide: true }, config: { access: anyone } }, (_, reply) => reply.sendPage(200));
  }

  for (const file of rootFiles) {
    app.get(`/${file}`, { schema: { hide: true }, config: { access: anyone } }, (_, reply) =>
      reply.header('cache-control', 'no-cache').sendFile(file),
    );
  }

  app.get(
    '/assets/:name',
    { schema: { hide: true, params: Type.Object({ name: Type.String() }) }, config: { access: anyone } },
    ({ params: { name } }, reply) => {
      if (!ASSET.test(name) || COMPRESSED.test(name)) return reply.callNotFound();
      return reply.sendFile(`assets/${name}`, { cacheControl: true, maxAge: '1y', immutable: true });
    },
  );
};
