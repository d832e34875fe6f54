import { readFileSync } from 'node:fs';
import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { ConfigError } from './config-error.ts';

/** Whole numbers arrive as text. */
export const IntegerVar = (options: { minimum: number; maximum?: number; default?: number }) =>
  Type.Integer(options);

/** Several words, with commas or spaces between them; none where left out. */
export const ListVar = () => Type.Array(Type.String({ minLength: 1 }), { default: [] });

/** Amounts of money with their units, such as `50credits,20usd`. */
export const AmountsVar = () =>
  Type.Array(Type.String({ pattern: '^\\d+(\\.\\d{1,4})?(credits|usd)$' }), { default: [] });

/**
 * Reads the variables that `schema` names, once, at start. A variable may also be given as NAME_FILE, the path of a
 * file that holds it. Throws a ConfigError with everything that is wrong.
 */
export function readEnv<T extends TObject>(schema: T, env: NodeJS.ProcessEnv): Static<T> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(schema.properties)) {
    const text = readVariable(name, env, problems) || undefined;
    const value = Value.Default(rule, fromText(rule, text));
    if (value === undefined) {
      if (schema.required?.includes(name)) problems.push(`${name}: is missing.`);
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

/** A variable's text as its schema wants it; what does not fit stays text, and is refused. */
function fromText(rule: TSchema, text: string | undefined): unknown {
  if (Type.IsInteger(rule) && /^-?\d+$/.test(text ?? '')) return Number(text);
  if (Type.IsArray(rule)) return text?.split(/[\s,]+/).filter(Boolean);
  return text;
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
