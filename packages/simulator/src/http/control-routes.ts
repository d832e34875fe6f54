import type { FastifyInstance } from 'fastify';
import type { HistoryInjection } from '../api.ts';
import type { Control } from '../control.ts';
import { type FaultSpec, FaultSyntaxError, type FaultText } from '../faults/fault-spec.ts';
import type { KeyConfig } from '../state/keys.ts';

type FaultBody = FaultSpec | FaultText | (FaultSpec | FaultText)[];

/** `/_simulator`: the control surface for other processes of this machine. */
export function registerControl(app: FastifyInstance, control: Control): void {
  // A web page may reach loopback through the browser of whoever runs this; its requests carry an Origin.
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.origin !== undefined) return reply.code(403).send({ error: 'not for browsers' });
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error instanceof FaultSyntaxError ? 400 : (error.statusCode ?? 500);
    return reply.code(status).send({ error: error.message });
  });

  app.get('/ledger', async () => control.ledgerSummary());
  app.get('/tasks', async () => control.tasks());
  app.get('/downloads', async () => control.downloads());
  app.put<{ Params: { key: string }; Body: KeyConfig }>(
    '/keys/:key',
    { schema: { body: KEY_CONFIG } },
    async (request) => control.configureKey(request.params.key, request.body),
  );

  app.get('/faults', async () => control.faults());
  app.post<{ Body: FaultBody }>('/faults', { schema: { body: FAULTS } }, async (request) => {
    control.addFaults([request.body].flat());
    return control.faults();
  });
  app.put<{ Body: FaultBody }>('/faults', { schema: { body: FAULTS } }, async (request) => {
    control.setFaults([request.body].flat());
    return control.faults();
  });
  app.delete('/faults', async (_request, reply) => {
    control.clearFaults();
    return reply.code(204).send();
  });

  app.post('/tasks/complete', async () => ({ completed: control.completeTasks() }));
  app.post<{ Params: { id: string } }>('/tasks/:id/complete', async (request) => ({
    completed: control.completeTasks(request.params.id),
  }));
  app.post<{ Params: { key: string }; Body: HistoryInjection }>(
    '/keys/:key/histories',
    { schema: { body: INJECTION } },
    async (request, reply) =>
      reply.code(201).send({ id: control.injectHistory(request.params.key, request.body) }),
  );
}

const KEY_CONFIG = {
  type: 'object',
  additionalProperties: false,
  properties: {
    status: { enum: ['valid', 'unknown', 'revoked'] },
    quota: { type: 'integer', minimum: 0 },
    used: { type: 'integer', minimum: 0 },
    expiresAt: { type: ['string', 'null'] },
    latencyMs: { type: 'number', minimum: 0 },
    rateLimitPerMinute: { type: ['integer', 'null'], minimum: 0 },
  },
};

const FAULT = {
  type: ['object', 'string'],
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    value: { type: ['number', 'string'] },
    times: { type: 'integer', minimum: 1 },
    key: { type: 'string' },
    promptIncludes: { type: 'string' },
    endpoint: { type: 'string' },
  },
};

const FAULTS = { anyOf: [FAULT, { type: 'array', items: FAULT }] };

const INJECTION = {
  type: 'object',
  required: ['prompt'],
  additionalProperties: false,
  properties: { prompt: { type: 'string' }, createdAt: { type: 'string' }, provider: { type: 'string' } },
};
