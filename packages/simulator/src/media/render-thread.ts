import { Worker } from 'node:worker_threads';
import type { RenderPlan } from './render-plan.ts';

interface Answer {
  id: number;
  bytes?: Uint8Array;
  error?: string;
}

interface Waiting {
  resolve: (bytes: Buffer) => void;
  reject: (error: Error) => void;
}

/** Thrown for what was being drawn when the simulator closed. */
export class RenderStoppedError extends Error {
  override name = 'RenderStoppedError';
}

/** Draws and encodes in one worker thread, which starts with the first plan. */
export function createRenderThread() {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let nextId = 1;
  let closed = false;

  function failAll(error: Error): void {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  function start(): Worker {
    const fresh = new Worker(new URL('./render-worker.js', import.meta.url));
    fresh.on('message', ({ id, bytes, error }: Answer) => {
      const job = waiting.get(id);
      waiting.delete(id);
      if (bytes) job?.resolve(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      else job?.reject(new Error(error));
    });
    fresh.on('error', failAll);
    fresh.on('exit', () => failAll(new RenderStoppedError('the render thread ended')));
    // The thread alone must not keep a process alive that forgot to close its simulator.
    fresh.unref();
    return fresh;
  }

  return {
    /** Starts the thread ahead of its first plan: loading the encoder takes longer than setting a text. */
    warmUp(): void {
      if (!closed) worker ??= start();
    },
    run(plan: RenderPlan): Promise<Buffer> {
      if (closed) return Promise.reject(new RenderStoppedError('the simulator is closed'));
      worker ??= start();
      const id = nextId++;
      const posted = worker;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        posted.postMessage({ id, plan });
      });
    },
    async close(): Promise<void> {
      closed = true;
      await worker?.terminate();
    },
  };
}
