import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { apiEnv, workerEnv } from '../../src/config/fragments.ts';
import { readEnv } from '../../src/config/read-env.ts';

const fine = {
  DATABASE_URL: 'postgres://localhost/veogate',
  STORAGE_URL: 'file:///srv/veogate',
  DATA_DIR: '/srv/veogate',
  VAULT_PUBLIC_KEYS_FILE: '/srv/public.json',
  OWNER_TOKEN_FILE: '/srv/owner-token',
};

describe('the configuration', () => {
  it('fills in what was left out', () => {
    expect(readEnv(apiEnv, fine)).toMatchObject({ ACCESS_PROFILE: 'local', HOST: '127.0.0.1', PORT: 8080 });
  });

  it('lists every error at once, and shows no value', () => {
    const wrong = {
      ...fine,
      DATABASE_URL: 'mysql://root:hunter2@db',
      PORT: '99999',
      LOG_LEVEL: 'loud',
      DATA_DIR: '',
    };
    const problems = (() => {
      try {
        readEnv(apiEnv, wrong);
      } catch (error) {
        return error instanceof ConfigError ? error.problems : [];
      }
      return [];
    })();
    expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual([
      'DATABASE_URL',
      'DATA_DIR',
      'LOG_LEVEL',
      'PORT',
    ]);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('reads a variable from the file that NAME_FILE names', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'veogate-')), 'url');
    writeFileSync(file, 'postgres://from-a-file/x\n');
    const { DATABASE_URL, ...rest } = fine;
    expect(readEnv(apiEnv, { ...rest, DATABASE_URL_FILE: file }).DATABASE_URL).toBe(
      'postgres://from-a-file/x',
    );
    expect(() => readEnv(apiEnv, { ...rest, DATABASE_URL_FILE: `${file}.none` })).toThrow('cannot be read');
    expect(DATABASE_URL).toBeDefined();
  });

  it('never asks the API for a private key', () => {
    expect(Object.keys(apiEnv.properties).filter((name) => /PRIVATE|FINGERPRINT/.test(name))).toEqual([]);
    expect(Object.keys(workerEnv.properties)).toContain('VAULT_PRIVATE_KEYS_FILE');
  });
});
