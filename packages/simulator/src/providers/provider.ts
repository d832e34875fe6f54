import type { FastifyInstance } from 'fastify';
import type { SimulatorContext } from '../context.ts';

/** A provider on the wire. Its routes live under `/<name>`. */
export interface Provider {
  name: string;
  register(app: FastifyInstance, ctx: SimulatorContext): void;
}
