import { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes, Context, Span } from '@opentelemetry/api';

/** Times parts of what a process does, for whoever collects traces; costs nothing where nobody does. */
export interface Tracing {
  /**
   * Times something, below what is being timed already. Attributes are ids and names: never a prompt, a key or an address.
   *
   * @param generationId begins in the trace of a generation, whose id is the generation's own
   */
  time<T>(
    name: string,
    options: { attributes?: Attributes; generationId?: string | undefined },
    run: () => Promise<T>,
  ): Promise<T>;
  /** Says that something happened in a generation's life. */
  mark(name: string, generationId: string, attributes: Attributes): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

const NONE: Tracing = {
  time: (_name, _options, run) => run(),
  mark: () => {},
  close: async () => {},
};

/**
 * @param options.endpoint of a collector that speaks OTLP over HTTP, such as `http://127.0.0.1:4318`; where left out, nothing
 * is traced, and none of it is loaded
 */
export async function createTracing({
  service,
  endpoint,
}: {
  service: string;
  endpoint: string | undefined;
}): Promise<Tracing> {
  if (endpoint === undefined) return NONE;
  const [
    { ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags },
    sdk,
    { OTLPTraceExporter },
    { resourceFromAttributes },
  ] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `veogate-${service}` }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) })],
  });
  const tracer = provider.getTracer('veogate');
  const contexts = new AsyncLocalStorage<Context>();

  /** A UUID has as many bits as the id of a trace; its last half stands for the span that nobody recorded. */
  function traceOf(generationId: string): Context {
    const traceId = generationId.replaceAll('-', '');
    const parent = { traceId, spanId: traceId.slice(16), traceFlags: TraceFlags.SAMPLED, isRemote: true };
    return trace.setSpanContext(ROOT_CONTEXT, parent);
  }

  function begin(
    name: string,
    generationId: string | undefined,
    attributes: Attributes = {},
  ): [Span, Context] {
    const above = contexts.getStore() ?? (generationId ? traceOf(generationId) : ROOT_CONTEXT);
    const ids = generationId ? { 'veogate.generation_id': generationId } : {};
    const span = tracer.startSpan(name, { attributes: { ...attributes, ...ids } }, above);
    return [span, trace.setSpan(above, span)];
  }

  return {
    async time(name, { attributes, generationId }, run) {
      const [span, context] = begin(name, generationId, attributes);
      try {
        return await contexts.run(context, run);
      } catch (error) {
        // Its message may hold what a provider said.
        span.setStatus({
          code: SpanStatusCode.ERROR,
          message: error instanceof Error ? error.name : 'error',
        });
        throw error;
      } finally {
        span.end();
      }
    },
    mark(name, generationId, attributes) {
      const [span] = begin(name, generationId, attributes);
      span.end();
    },
    close: () => provider.shutdown(),
  };
}
