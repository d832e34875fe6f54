import { type FaultName, faultValue, isFaultName } from './fault-table.ts';

/** The short form of a fault: `name`, `name=value`, `name*times` or `name=value*times`. */
export type FaultText =
  | FaultName
  | `${FaultName}*${number}`
  | `${FaultName}=${string | number}`
  | `${FaultName}=${string | number}*${number}`;

/** A fault to show, and to whom. A field left out matches everything. */
export interface FaultSpec {
  name: FaultName;
  /** Durations: milliseconds or a text such as `5s`; otherwise a number. The default is in the table of faults. */
  value?: number | string;
  /** How often it strikes before it is used up; for ever where left out. */
  times?: number;
  /** Only requests with this key (the whole `eyJ…` token). */
  key?: string;
  /** Only requests and tasks whose prompt contains this text. */
  promptIncludes?: string;
  /** Only this endpoint: `text-to-video`, `frames-to-video`, …, `tasks`, `histories`, `credits`, `files`. */
  endpoint?: string;
}

/** A fault as read: its value is a number (durations in milliseconds), its times a number or Infinity. */
export interface Fault {
  name: FaultName;
  value: number;
  times: number;
}

/** Thrown for a fault that is not in the table, or whose value or times cannot be read. */
export class FaultSyntaxError extends Error {
  override name = 'FaultSyntaxError';
}

const SHAPE = /^([a-z0-9_]+)(?:=([^*\]]+))?(?:\*(\d+))?$/;
const DIRECTIVE = /\[sim:([^\]]*)\]/g;
const UNITS = { ms: 1, s: 1_000, m: 60_000 } as const;

export function parseFaultText(text: string): Fault {
  const match = SHAPE.exec(text.trim());
  if (!match)
    throw new FaultSyntaxError(`cannot read the fault "${text}": write name, name=value, name*times`);
  const [, name = '', value, times] = match;
  return toFault({ name, value, times: times === undefined ? undefined : Number(times) });
}

export function toFault(input: {
  name: string;
  value?: number | string | undefined;
  times?: number | undefined;
}): Fault {
  const { name, times = Number.POSITIVE_INFINITY } = input;
  if (!isFaultName(name)) throw new FaultSyntaxError(`unknown fault "${name}"`);
  if (!(times >= 1)) throw new FaultSyntaxError(`the times of "${name}" must be 1 or more`);
  return { name, times, value: readValue(name, input.value) };
}

/** The faults that a prompt asks for itself, as `[sim:name=value*times]`. */
export function readDirectives(prompt: string): Fault[] {
  if (!prompt.includes('[sim:')) return [];
  return [...prompt.matchAll(DIRECTIVE)].map((match) => parseFaultText(match[1] ?? ''));
}

/** The prompt without its directives, as it is shown in a picture. */
export function withoutDirectives(prompt: string): string {
  return prompt.replace(DIRECTIVE, ' ').replace(/\s+/g, ' ').trim();
}

function readValue(name: FaultName, given: number | string | undefined): number {
  const takes = faultValue(name);
  if (given === undefined) return takes?.default ?? 0;
  if (!takes) throw new FaultSyntaxError(`the fault "${name}" takes no value`);
  const value = takes.kind === 'duration' ? readDuration(given) : Number(given);
  if (!(value >= 0)) throw new FaultSyntaxError(`"${given}" is no value for the fault "${name}"`);
  return value;
}

function readDuration(given: number | string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(String(given).trim());
  if (!match) return Number.NaN;
  return Number(match[1]) * UNITS[(match[2] ?? 'ms') as keyof typeof UNITS];
}
