/**
 * The worker thread that draws and encodes, so that the HTTP loop never waits for a video. It is JavaScript, with
 * types in comments, because a worker is loaded by Node itself: run from source it must need no compiler.
 */
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { createComposer } from './compose.js';

/** @typedef {import('./render-plan.ts').RenderPlan} RenderPlan */

/** @type {typeof import('h264-mp4-encoder')} */
const { createH264MP4Encoder } = createRequire(import.meta.url)('h264-mp4-encoder');

/** Where in the clip a still image is taken. */
const STILL_AT = 0.3;

/** One job at a time: the encoders share one file system. @type {Promise<void>} */
let previous = Promise.resolve();

parentPort?.on('message', (/** @type {{ id: number, plan: RenderPlan }} */ { id, plan }) => {
  previous = previous.then(async () => {
    try {
      const bytes = plan.kind === 'video' ? await encodeVideo(plan) : createComposer(plan)(STILL_AT);
      parentPort?.postMessage({ id, bytes });
    } catch (error) {
      parentPort?.postMessage({ id, error: String(error) });
    }
  });
});

/** @param {RenderPlan} plan */
async function encodeVideo(plan) {
  const compose = createComposer(plan);
  const encoder = await createH264MP4Encoder();
  try {
    encoder.width = plan.width;
    encoder.height = plan.height;
    encoder.frameRate = plan.frameRate;
    encoder.quantizationParameter = 22;
    encoder.speed = 10;
    encoder.groupOfPictures = plan.frames;
    encoder.initialize();
    for (let index = 0; index < plan.frames; index += 1) {
      encoder.addFrameRgba(compose(index / Math.max(1, plan.frames - 1)));
    }
    encoder.finalize();
    const bytes = encoder.FS.readFile(encoder.outputFilename);
    encoder.FS.unlink(encoder.outputFilename);
    return bytes;
  } finally {
    encoder.delete();
  }
}
