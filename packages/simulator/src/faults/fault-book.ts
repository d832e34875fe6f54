import { createHash } from 'node:crypto';
import { sha256 } from '../state/hash.ts';
import { type Fault, type FaultSpec, type FaultText, parseFaultText, toFault } from './fault-spec.ts';
import type { FaultName } from './fault-table.ts';

/** What a fault may be matched against: one request, or one task of it. */
export interface FaultSubject {
  keySha256: string;
  endpoint: string;
  prompt?: string | undefined;
  /** The directives of that prompt. */
  directives?: readonly Fault[] | undefined;
}

/** A fault that is set, as the control surface lists it. */
export interface ActiveFault {
  name: FaultName;
  value: number;
  remaining: number | null;
  keySha256?: string;
  promptIncludes?: string;
  endpoint?: string;
}

interface Rule extends Fault {
  remaining: number;
  keySha256?: string | undefined;
  promptIncludes?: string | undefined;
  endpoint?: string | undefined;
}

export type FaultBook = ReturnType<typeof createFaultBook>;

/** Holds the faults that are set, and counts how often each has struck. */
export function createFaultBook() {
  let rules: Rule[] = [];
  // A directive with a number of times is counted for each key and prompt, not for each task.
  const directiveUses = new Map<string, number>();

  function takeDirective(subject: FaultSubject, names: readonly FaultName[]): Fault | undefined {
    return subject.directives?.find((directive, index) => {
      if (!names.includes(directive.name)) return false;
      if (directive.times === Number.POSITIVE_INFINITY) return true;
      const id = createHash('sha256')
        .update(JSON.stringify([subject.keySha256, subject.prompt, index]))
        .digest('base64');
      const used = directiveUses.get(id) ?? 0;
      if (used >= directive.times) return false;
      directiveUses.set(id, used + 1);
      return true;
    });
  }

  function takeRule(subject: FaultSubject, names: readonly FaultName[]): Fault | undefined {
    const rule = rules.find((one) => one.remaining > 0 && names.includes(one.name) && matches(one, subject));
    if (rule) rule.remaining -= 1;
    return rule;
  }

  return {
    /** Uses up one strike of the first fault among `names` that applies; a directive goes before what was set. */
    take(subject: FaultSubject, names: readonly FaultName[]): Fault | undefined {
      return takeDirective(subject, names) ?? takeRule(subject, names);
    },
    /** Whether any fault of this name was set, so that a long list need not ask for each of its entries. */
    isSet(name: FaultName): boolean {
      return rules.some((rule) => rule.remaining > 0 && rule.name === name);
    },
    add(specs: readonly (FaultSpec | FaultText)[]): void {
      rules = [...rules.filter((rule) => rule.remaining > 0), ...specs.map(toRule)];
    },
    set(specs: readonly (FaultSpec | FaultText)[]): void {
      rules = specs.map(toRule);
    },
    clear(): void {
      rules = [];
    },
    list(): ActiveFault[] {
      return rules.map((rule) => ({
        name: rule.name,
        value: rule.value,
        remaining: Number.isFinite(rule.remaining) ? rule.remaining : null,
        ...(rule.keySha256 === undefined ? {} : { keySha256: rule.keySha256 }),
        ...(rule.promptIncludes === undefined ? {} : { promptIncludes: rule.promptIncludes }),
        ...(rule.endpoint === undefined ? {} : { endpoint: rule.endpoint }),
      }));
    },
  };
}

function toRule(spec: FaultSpec | FaultText): Rule {
  const fault = typeof spec === 'string' ? parseFaultText(spec) : toFault(spec);
  const scope: Partial<FaultSpec> = typeof spec === 'string' ? {} : spec;
  return {
    ...fault,
    remaining: fault.times,
    keySha256: scope.key === undefined ? undefined : sha256(scope.key),
    promptIncludes: scope.promptIncludes,
    endpoint: scope.endpoint,
  };
}

function matches(rule: Rule, subject: FaultSubject): boolean {
  if (rule.keySha256 !== undefined && rule.keySha256 !== subject.keySha256) return false;
  if (rule.endpoint !== undefined && rule.endpoint !== subject.endpoint) return false;
  return rule.promptIncludes === undefined || (subject.prompt?.includes(rule.promptIncludes) ?? false);
}
