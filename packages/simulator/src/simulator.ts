import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import multipart from '@fastify/multipart';
import Fastify from 'fastify';
import type { Simulator, SimulatorOptions } from './api.ts';
import type { ResolvedOptions, SimulatorContext } from './context.ts';
import { createControl } from './control.ts';
import { createFaultBook } from './faults/fault-book.ts';
import { registerControl } from './http/control-routes.ts';
import { createFileLinks } from './http/file-links.ts';
import { registerFiles } from './http/files.ts';
import { createMediaStore } from './media/media-store.ts';
import { PROVIDERS } from './providers/index.ts';
import { replayJournal } from './replay.ts';
import { createMemoryJournal, openJournal } from './state/journal.ts';
import { createKeyring } from './state/keys.ts';
import { createLedger } from './state/ledger.ts';
import { createRateLimiter } from './state/rate-limit.ts';
import { createTaskStore } from './state/tasks.ts';

const MIB = 1024 * 1024;

/** Starts a simulator on loopback. Several may run side by side in one process; each is closed by its `close`. */
export async function startSimulator(given: SimulatorOptions = {}): Promise<Simulator> {
  const options = resolveOptions(given);
  const closing = new AbortController();
  let url = '';
  const ctx = createContext(options, () => url, closing.signal);
  replayJournal(ctx);

  const control = createControl(ctx);
  const app = Fastify({ forceCloseConnections: true, bodyLimit: MIB, ajv: { customOptions: AJV } });
  await app.register(multipart, { limits: { fileSize: 20 * MIB, files: 8 } });
  for (const provider of PROVIDERS) {
    await app.register(async (scope) => provider.register(scope, ctx), { prefix: `/${provider.name}` });
  }
  await app.register(async (scope) => registerFiles(scope, ctx));
  await app.register(async (scope) => registerControl(scope, control), { prefix: '/_simulator' });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not found' }));
  await app.listen({ host: options.host, port: options.port });

  const { port } = app.server.address() as AddressInfo;
  url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
  let closed: Promise<void> | undefined;
  return {
    ...control,
    url,
    genaiproUrl: `${url}/genaipro`,
    close() {
      closed ??= (async () => {
        closing.abort();
        await app.close();
        await ctx.media.close();
        ctx.journal.close();
      })();
      return closed;
    },
  };
}

const AJV = { removeAdditional: false, coerceTypes: false, allowUnionTypes: true } as const;

function resolveOptions(given: SimulatorOptions): ResolvedOptions {
  const host = given.host ?? '127.0.0.1';
  if (!/^(127\.\d+\.\d+\.\d+|localhost|::1)$/.test(host)) {
    throw new Error(`the simulator listens on loopback only, not on ${host}`);
  }
  return {
    host,
    port: given.port ?? 0,
    latencyMs: given.latencyMs ?? 3_000,
    stateFile: given.stateFile,
    videoSize: given.videoSize ?? 'full',
    rateLimitPerMinute: given.rateLimitPerMinute ?? 30,
    fileUrlTtlMs: given.fileUrlTtlMs ?? 3_600_000,
    clockSkewMs: given.clockSkewMs ?? 0,
    cacheBytes: given.cacheBytes ?? 256 * MIB,
  };
}

function createContext(options: ResolvedOptions, url: () => string, closing: AbortSignal): SimulatorContext {
  const now = () => Date.now();
  const journal = options.stateFile === undefined ? createMemoryJournal() : openJournal(options.stateFile);
  const keys = createKeyring();
  const media = createMediaStore({ cacheBytes: options.cacheBytes, readImage: journal.readImage });
  const known = journal.lines.find((line) => line.type === 'secret');
  const secret = known?.secret ?? randomBytes(32).toString('base64url');
  if (!known) journal.append({ type: 'secret', secret });
  return {
    options,
    now,
    url,
    closing,
    journal,
    keys,
    media,
    faults: createFaultBook(),
    ledger: createLedger(),
    rates: createRateLimiter(now),
    links: createFileLinks({ secret, ttlMs: options.fileUrlTtlMs, now }),
    downloads: [],
    tasks: createTaskStore({
      now,
      isReady: media.isReady,
      onSettled: (task) => {
        if (task.status === 'failed') keys.byHash(task.keySha256).used -= task.credits;
        journal.append({ type: 'settled', id: task.id, error: task.error });
      },
    }),
  };
}
