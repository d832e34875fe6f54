import { type Static, type TSchema, Type } from 'typebox';
import { retryMeanings } from '../domain/errors/entry.ts';

/** Schemas refuse what they do not know, so that a misspelt field is an error and not a silence. */
export const closed = { additionalProperties: false } as const;

export const Id = Type.String({ format: 'uuid' });
export const Time = Type.String({ format: 'date-time', description: 'RFC 3339, UTC' });

/** One of a list of words. */
export const Literals = <const T extends string[]>(values: readonly [...T], options = {}) =>
  Type.Enum(values, { type: 'string', ...options });

/** The words of a table that says what each means, which becomes the description. */
export function Meanings<W extends string>(table: Readonly<Record<W, string>>) {
  const entries = Object.entries(table) as [W, string][];
  const description = entries.map(([word, meaning]) => `\`${word}\`: ${meaning}`).join(' ');
  return Type.Enum(
    entries.map(([word]) => word),
    { type: 'string', description },
  );
}

export const RetryRule = Meanings(retryMeanings);

export const Unit = Literals(['usd', 'credits']);

export const Money = Type.Object(
  {
    amount: Type.String({ examples: ['1.20'] }),
    unit: Unit,
  },
  { ...closed, description: '`credits`: one GenAIPro credit makes one output.' },
);

/** An amount that a client names: never negative, with at most four decimals, and no more than is kept. */
export const AMOUNT_PATTERN = '^\\d{1,10}(\\.\\d{1,4})?$';
export const AmountText = Type.String({ pattern: AMOUNT_PATTERN, examples: ['1.20'] });
export const Amount = Type.Object(
  {
    amount: AmountText,
    unit: Unit,
  },
  closed,
);

/** Null, or what a schema says. */
export function Nullable<T extends TSchema>(schema: T) {
  const { type } = schema as { type?: unknown };
  const union = Type.Union([schema, Type.Null()]);
  if ('enum' in schema || (type !== 'string' && type !== 'integer')) return union;
  // Says the same of a plain value. A union is tried branch by branch for each value that is written out, which is what
  // a long list would spend most of its time on.
  return { ...schema, type: [type, 'null'] } as unknown as typeof union;
}

export const PageQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 25 }),
    after: Type.Optional(Type.String({ format: 'uuid', description: 'The `next` of the page before.' })),
  },
  closed,
);

/** A page of a list: `next` is null on the last one. */
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({ data: Type.Array(item), has_more: Type.Boolean(), next: Nullable(Type.String()) }, closed);

export const IdParams = Type.Object({ id: Id }, closed);

/** RFC 9457, with our `code`. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Optional(Type.String()),
    code: Type.String(),
    request_id: Type.String(),
    advice: Type.String(),
    retry: RetryRule,
    billing: Type.Optional(Type.String()),
    retry_after_seconds: Type.Optional(Type.Integer()),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          field: Type.String(),
          message: Type.String(),
          allowed: Type.Optional(Type.Array(Type.String())),
        }),
      ),
    ),
  },
  {},
);
export type Problem = Static<typeof Problem>;
