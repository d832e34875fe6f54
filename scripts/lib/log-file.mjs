// @ts-check
import { createWriteStream, renameSync, statSync } from 'node:fs';

const MAX_BYTES = 10 * 1024 * 1024;

/**
 * Puts a log that has grown too large aside, as `<file>.1`, in place of the one that was put aside before.
 * @param {string} file
 */
export function rotate(file) {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_BYTES) renameSync(file, `${file}.1`);
}

/**
 * @param {string} file
 * @returns {(line: string) => void} appends a line
 */
export function openLog(file) {
  rotate(file);
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  // A full disk must not end the server: the log is what can be missed most easily.
  stream.on('error', () => {});
  return (line) => stream.write(`${line}\n`);
}

/**
 * A log line as a person reads it: JSON lines become their message and error, others stay as they are.
 * @param {string} line
 */
export function readable(line) {
  try {
    const { msg, event, err, error } = JSON.parse(line);
    const cause = err?.stack ?? err?.message ?? (typeof error === 'string' ? error : error?.message);
    const text = [msg ?? event, cause].filter(Boolean).join(': ');
    return text === '' ? line : text;
  } catch {
    return line;
  }
}
