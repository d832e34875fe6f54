import type { FastifyRequest } from 'fastify';
import { WireError } from '../../http/wire-error.ts';

/** A request body, JSON or multipart, before any check. */
export interface RawForm {
  encoding: 'json' | 'multipart';
  fields: Record<string, unknown>;
  files: { name: string; data: Buffer }[];
}

export async function readForm(
  request: FastifyRequest,
  accepts: readonly RawForm['encoding'][],
): Promise<RawForm> {
  const encoding = request.isMultipart() ? 'multipart' : 'json';
  if (!accepts.includes(encoding)) {
    throw new WireError(400, `content type must be ${accepts.map((one) => TYPES[one]).join(' or ')}`);
  }
  return encoding === 'multipart' ? readMultipart(request) : readJson(request);
}

const TYPES = { json: 'application/json', multipart: 'multipart/form-data' } as const;

function readJson({ body }: FastifyRequest): RawForm {
  const fields = parseJson(String(body));
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new WireError(400, 'invalid JSON body');
  }
  return { encoding: 'json', fields: fields as Record<string, unknown>, files: [] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readMultipart(request: FastifyRequest): Promise<RawForm> {
  const form: RawForm = { encoding: 'multipart', fields: {}, files: [] };
  for await (const part of request.parts()) {
    if (part.type === 'field') form.fields[part.fieldname] = part.value;
    else form.files.push({ name: part.fieldname, data: await part.toBuffer() });
  }
  return form;
}

/** True for the first bytes of PNG, JPEG or WebP. */
export function looksLikeImage(data: Buffer): boolean {
  const head = data.subarray(0, 12).toString('latin1');
  return head.startsWith('\x89PNG') || head.startsWith('\xff\xd8\xff') || /^RIFF....WEBP$/s.test(head);
}
