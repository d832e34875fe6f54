// @ts-check
import { readFileSync, writeFileSync } from 'node:fs';

/** Clock ticks a second, in which /proc counts. */
const TICKS = 100;

/**
 * What Linux tells of a process: processor seconds since its start; memory now, and the most since its start or since
 * `forgetMost`, in MiB.
 * @param {number} pid
 */
export function readUsage(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (/** @type {string} */ name) =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    megabytes: megabytes('VmRSS'),
    mostMegabytes: megabytes('VmHWM'),
  };
}

/** Begins the count of the most memory anew (see proc(5), clear_refs). @param {number} pid */
export function forgetMost(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
