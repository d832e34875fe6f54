import { ACTION_PATTERN } from '@veogate/shared/contracts/audit';
import { AMOUNT_PATTERN } from '@veogate/shared/contracts/common';
import type { FieldIssue } from '@veogate/shared/domain/check-request';
import type { FastifyError, FastifySchemaValidationError } from 'fastify';

/** More than these help nobody, and each unknown property of a body would be one. */
const ISSUES_AT_MOST = 20;
const NAME_AT_MOST = 64;

/** What Ajv found, in plain words: the field as a dotted path, the rule, the values that would be right. Never the value. */
export function toIssues({ validation = [], validationContext }: FastifyError): FieldIssue[] {
  const issues = validation.map((found) => toIssue(found, validationContext ?? 'body'));
  const once = new Map(issues.map((issue) => [`${issue.field} ${issue.message}`, issue]));
  return [...once.values()].slice(0, ISSUES_AT_MOST);
}

function toIssue(
  { instancePath, keyword, params, message }: FastifySchemaValidationError,
  part: string,
): FieldIssue {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const inner = params['missingProperty'] ?? params['additionalProperty'] ?? params['propertyName'];
  if (inner !== undefined) path.push(String(inner));
  const field = path.map((name) => name.slice(0, NAME_AT_MOST)).join('.') || part;
  const allowed = Array.isArray(params['allowedValues']) ? params['allowedValues'].map(String) : undefined;
  const rule = RULES[keyword]?.(params) ?? `${message ?? 'is not valid'}.`;
  return { field, message: `${field} ${rule}`, ...(allowed && { allowed }) };
}

type Params = Readonly<Record<string, unknown>>;

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};
const FORMATS: Readonly<Record<string, string>> = { uuid: 'an id', 'date-time': 'a time as of RFC 3339' };

const PATTERNS: Readonly<Record<string, string>> = {
  '\\S': 'is blank.',
  [AMOUNT_PATTERN]: 'must be an amount such as 1.20, with at most four decimals.',
  [ACTION_PATTERN]: 'must be an action such as key.added, or with a dot at its end what several begin with.',
};

const RULES: Readonly<Record<string, (params: Params) => string>> = {
  required: () => 'is missing.',
  additionalProperties: () => 'is not known here.',
  type: ({ type }) => `must be ${TYPES[String(type)] ?? String(type)}.`,
  enum: ({ allowedValues }) => `must be one of: ${(allowedValues as unknown[]).join(', ')}.`,
  format: ({ format }) => `must be ${FORMATS[String(format)] ?? `a ${String(format)}`}.`,
  minLength: ({ limit }) => (limit === 1 ? 'is empty.' : `must have at least ${limit} characters.`),
  maxLength: ({ limit }) => `must have at most ${limit} characters.`,
  minimum: ({ limit }) => `must be at least ${limit}.`,
  maximum: ({ limit }) => `must be at most ${limit}.`,
  minItems: ({ limit }) => `must have at least ${limit} entries.`,
  maxItems: ({ limit }) => `must have at most ${limit} entries.`,
  maxProperties: ({ limit }) => `must have at most ${limit} entries.`,
  pattern: ({ pattern }) => PATTERNS[String(pattern)] ?? 'does not have the right form.',
  propertyNames: () => 'has a name that is not allowed.',
};
