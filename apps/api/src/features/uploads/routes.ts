import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import multipart from '@fastify/multipart';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { IdParams } from '@veogate/shared/contracts/common';
import { Upload } from '@veogate/shared/contracts/uploads';
import type { Viewer } from '@veogate/shared/db/project-repo';
import { findUpload, insertUpload } from '@veogate/shared/db/upload-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { expiryOf } from '@veogate/shared/domain/retention';
import { uuidv7 } from 'uuidv7';
import { member } from '../../access.ts';
import type { Services } from '../../services.ts';
import { createQuotaCheck } from '../../storage-quota.ts';
import { normalizeImage } from './normalize-image.ts';
import { receiveFile } from './receive-file.ts';

/** `/v1/uploads`: images to make videos of. */
export function uploadRoutes(services: Services): FastifyPluginAsyncTypebox {
  const { db, store, config } = services;
  const checkQuota = createQuotaCheck(services);
  const temporary = join(config.DATA_DIR, 'tmp-uploads');

  return async (app) => {
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    const tags = ['uploads'];
    const limits = {
      files: 1,
      fields: 2,
      parts: 3,
      fileSize: config.UPLOAD_MAX_BYTES,
      fieldSize: 1_024,
      headerPairs: 20,
    };
    await app.register(multipart, { limits, throwFileSizeLimit: true });

    app.post(
      '/v1/uploads',
      {
        schema: {
          tags,
          summary: 'Upload a JPEG, PNG or WebP image',
          description: 'One file, in the field `file`. It is written anew: no metadata survives.',
          consumes: ['multipart/form-data'],
          response: { 201: Upload },
        },
        config: {
          access: member('uploads:write', 'cleared'),
          documentedBody: {
            type: 'object',
            required: ['file'],
            properties: { file: { type: 'string', format: 'binary' } },
          },
        },
      },
      async (request, reply) => {
        await checkQuota(db, request.caller.userId);
        const received = join(temporary, randomUUID());
        const normalized = `${received}.new`;
        try {
          await receiveFile(request, received, config.UPLOAD_MAX_BYTES);
          const image = await normalizeImage(received, normalized, config.IMAGE_MAX_PIXELS);
          const id = uuidv7();
          const storageKey = `uploads/${new Date().toISOString().slice(0, 7)}/${id}`;
          const { byteSize } = await store.put(storageKey, createReadStream(normalized), async () => {});
          const upload = await insertUpload(db, {
            id,
            ownerId: request.caller.userId,
            storageKey,
            byteSize,
            ...image,
            expiresAt: expiryOf(config.RETENTION_HOURS),
          });
          return reply.code(201).header('location', `/v1/uploads/${id}`).send(present(upload));
        } finally {
          await rm(received, { force: true });
          await rm(normalized, { force: true });
        }
      },
    );

    app.get(
      '/v1/uploads/:id',
      {
        schema: { tags, summary: 'One upload', params: IdParams, response: { 200: Upload } },
        config: { access: member('uploads:read') },
      },
      async ({ caller, params }) => present(await find(caller, params.id)),
    );

    app.get(
      '/v1/uploads/:id/content',
      {
        schema: { tags, summary: 'The image itself', params: IdParams },
        config: {
          access: member('uploads:read'),
          documentedAnswers: { 200: { type: 'image/*', description: 'The image' } },
        },
      },
      async ({ caller, params }, reply) => {
        const upload = await find(caller, params.id);
        const object = await store.read(upload.storageKey);
        if (!object) throw new AppError('output_gone');
        return reply
          .type(upload.mimeType)
          .headers({
            'content-length': object.byteSize,
            'cache-control': 'private, max-age=3600',
            'content-disposition': 'inline',
            'content-security-policy': "default-src 'none'; sandbox",
          })
          .send(object.body);
      },
    );

    async function find(viewer: Viewer, id: string) {
      const upload = await findUpload(db, viewer, id);
      if (!upload) throw new AppError('not_found', 'There is no such upload.');
      if (upload.deletedAt) throw new AppError('output_gone');
      return upload;
    }
  };
}

function present(upload: Awaited<ReturnType<typeof insertUpload>>): Upload {
  const { id, width, height, mimeType, byteSize, expiresAt } = upload;
  return {
    id,
    width,
    height,
    mime_type: mimeType,
    byte_size: byteSize,
    expires_at: expiresAt?.toISOString() ?? null,
  };
}
