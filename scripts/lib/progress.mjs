// @ts-check
import { say } from './say.mjs';

const WIDTH = 24;
const BLOCK = 6;

/** @typedef {ReturnType<typeof createProgress>} Progress */

/**
 * Shows what is going on and for how long. The bar moves and does not fill: nobody knows how far a provider is.
 * Without a terminal, one line for each stage.
 */
export function createProgress() {
  const isTerminal = process.stdout.isTTY === true;
  const began = performance.now();
  let text = '';
  let frame = 0;
  const timer = isTerminal ? setInterval(draw, 100) : undefined;

  function draw() {
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(`\r\u001b[K${bar(frame)} ${text}  ${seconds} s`);
    frame += 1;
  }

  return {
    /** @param {string} stage */
    show(stage) {
      if (stage === text) return;
      text = stage;
      if (isTerminal) draw();
      else say(stage);
    },

    /** Leaves the last stage standing, with the time it all took. */
    end() {
      if (!timer) return;
      clearInterval(timer);
      process.stdout.write('\r\u001b[K');
    },
  };
}

/** A block that walks to and fro. @param {number} frame */
function bar(frame) {
  const way = WIDTH - BLOCK;
  const at = way - Math.abs((frame % (2 * way)) - way);
  return `[${' '.repeat(at)}${'='.repeat(BLOCK)}${' '.repeat(way - at)}]`;
}
