import { access } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { AppError } from '@veogate/shared/domain/errors';
import type { FastifyInstance, FastifyReply } from 'fastify';
import plugin from 'fastify-plugin';
import type { Services } from '../services.ts';

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Sends the web app's one page, which shows what the address asks for, or with 404 that there is no such page.
     * Throws `unavailable` where the web app is not built.
     */
    sendPage(status: 200 | 404): Promise<void>;
  }
  interface FastifyInstance {
    isWebAppBuilt(): Promise<boolean>;
  }
}

/** Sends files of the built web app, compressed where its build left a `.br` or `.gz` beside them: `reply.sendFile`. */
export const webApp = plugin(
  async (app: FastifyInstance, { webDir }: Services) => {
    await app.register(fastifyStatic, {
      root: webDir,
      // Which files there are to be had, and for how long, is said by the routes.
      serve: false,
      index: false,
      cacheControl: false,
      preCompressed: true,
      dotfiles: 'deny',
      // A part of a file is of no use to a page, and would come with another status than its own.
      acceptRanges: false,
      // It may be built later.
      suppressWarning: true,
    });

    app.decorate('isWebAppBuilt', () =>
      access(join(webDir, 'index.html')).then(
        () => true,
        () => false,
      ),
    );

    app.decorateReply('sendPage', async function (this: FastifyReply, status: 200 | 404) {
      if (!(await app.isWebAppBuilt())) {
        throw new AppError('unavailable', 'The web app is not built. Build it with: npm run build');
      }
      if (status === 200) {
        await this.header('cache-control', 'no-cache').sendFile('index.html');
        return;
      }
      // A 404 must come whole: "not modified" would leave the browser with an empty page.
      await this.code(status).sendFile('index.html', { etag: false, lastModified: false });
    });
  },
  { name: 'web-app', dependencies: ['errors', 'headers'] },
);
