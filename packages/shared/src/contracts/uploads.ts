import { type Static, Type } from 'typebox';
import { closed, Id, Nullable, Time } from './common.ts';

export const Upload = Type.Object(
  {
    id: Id,
    width: Type.Integer(),
    height: Type.Integer(),
    mime_type: Type.String(),
    byte_size: Type.Integer(),
    expires_at: Nullable(Time),
  },
  closed,
);
export type Upload = Static<typeof Upload>;
