import { readFileSync } from 'node:fs';
import { type Static, type TObject, Type } from 'typebox';
import { Value } from 'typebox/value';

/** Thrown where the environment does not fit: one sentence for every variable that is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Whole numbers arrive as text. */
export const IntegerVar = (options: { minimum: number; maximum?: number; default?: number }) =>
  Type.Integer(options);

/**
 * Reads the variables that `schema` names, once, at start. A variable may also be given as NAME_FILE, the path of a
 * file that holds it. Throws a ConfigError with everything that is wrong.
 */
export function readEnv<T extends TObject>(schema: T, env: NodeJS.ProcessEnv): Static<T> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(schema.properties)) {
    const text = readVariable(name, env, problems) || undefined;
    const isNumber = 'type' in rule && rule.type === 'integer' && /^-?\d+$/.test(text ?? '');
    const value = Value.Default(rule, isNumber ? Number(text) : text);
    if (value === undefined) {
      if (schema.required.includes(name)) problems.push(`${name}: is missing.`);
      continue;
    }
    for (const { message, params } of Value.Errors(rule, value)) {
      const allowed = 'allowedValues' in params ? ` (${params.allowedValues.join(', ')})` : '';
      problems.push(`${name}: ${message}${allowed}.`);
    }
    values[name] = value;
  }
  if (problems.length > 0) throw new ConfigError(problems);
  // Every property was checked against its own schema just now.
  return values as Static<T>;
}

function readVariable(name: string, env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const file = name.endsWith('_FILE') ? undefined : env[`${name}_FILE`];
  if (!file) return env[name];
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    problems.push(`${name}_FILE: ${file} cannot be read.`);
    return undefined;
  }
}
