import { createLogger } from '@veogate/shared/logging/create-logger';
import { describe, expect, it } from 'vitest';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

function listen(secrets?: () => string[]) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ level: 'debug', name: 'test', destination, ...(secrets && { secrets }) });
  return { log, text: () => lines.join(''), last: () => JSON.parse(lines.at(-1) ?? '') };
}

describe('what looks like a credential', () => {
  it.each([
    ['a token of three parts', TOKEN, TOKEN],
    ['a short token', 'eyJabcde', 'eyJabcde'],
    ['a token with + and /', 'eyJab+cd/ef==', 'cd/ef'],
    ['an access token', 'vg_0123456789abcdef', '0123456789abcdef'],
    ['the owner token', 'vgo_0123456789abcdef', '0123456789abcdef'],
    ['a Google API key', `AIza${'B'.repeat(35)}`, 'BBBBB'],
    ['a token of GitHub', 'gho_0123456789abcdef', '0123456789abcdef'],
    ['a code in an address', 'https://a.test/auth/oidc/callback?state=s1&code=c0dec0de', 'c0dec0de'],
    ['a bearer header', 'Bearer some-opaque.value', 'some-opaque'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\n', 'MIIEvQ'],
    ['half of a private key', '-----BEGIN PRIVATE KEY-----\nMIIEvQ', 'MIIEvQ'],
    ['a database password', 'postgres://veogate:hunter2@db:5432/veogate', 'hunter2'],
    ['a Redis password without a user', 'redis://:hunter2@cache', 'hunter2'],
  ])('%s is masked, wherever it stands', (_, secret, part) => {
    const { log, text, last } = listen();
    const cause = new Error('outer', { cause: new Error(`inner ${secret}`, { cause: { deep: [secret] } }) });
    log.info(`in the message: ${secret}.`);
    log.info('in an argument: %s and %j and %o', secret, { a: { b: secret } }, new Error(secret));
    log.info({ a: { b: { c: [{ d: secret }] } } }, 'nested');
    log.error(new Error(`alone ${secret}`));
    log.error({ err: cause }, 'caused');
    log.error({ wrapped: { error: new AggregateError([cause], 'many') } }, 'aggregate');
    log.child({ who: secret }).info('bound');
    expect(text()).not.toContain(part);
    expect(last()).toMatchObject({ msg: 'bound', name: 'test' });
  });

  it('leaves the rest of the line as it was', () => {
    const { log, last } = listen();
    log.info({ url: 'http://localhost:8080/x', mail: 'a@b.example', n: 3 }, `used ${TOKEN} twice`);
    expect(last()).toMatchObject({
      url: 'http://localhost:8080/x',
      mail: 'a@b.example',
      n: 3,
      msg: 'used [secret] twice',
    });
  });
});

describe('values that are known to be secret', () => {
  it('are masked as they are at that moment, also where JSON escapes them', () => {
    const known = ['first opaque'];
    const { log, text } = listen(() => known);
    known.push('with "quotes" \\ and more');
    log.warn({ a: 'x first opaque y' }, 'z with "quotes" \\ and more z');
    expect(text()).not.toMatch(/opaque|quotes/);
  });
});

describe('fields with a telling name', () => {
  it.each([
    'secret',
    'authorization',
    'Cookie',
    'set-cookie',
    'password',
    'client_secret',
    'token',
    'prompt',
    'body',
  ])('%s is hidden at any depth', (field) => {
    const { log, text } = listen();
    log.info({ a: { b: [{ [field]: 'whatever' }] }, [field]: { x: 'whatever' } }, 'x');
    expect(text()).not.toContain('whatever');
  });

  it('is hidden in the bindings of a child', () => {
    const { log, text } = listen();
    log.child({ secret: 'whatever', user: { token: 'whatever' } }).info('y');
    expect(text()).not.toContain('whatever');
  });
});

describe('an error', () => {
  it('is told with its type, message, stack, code and causes', () => {
    const { log, last } = listen();
    const err = Object.assign(new TypeError('outer', { cause: new RangeError('inner') }), { code: 'E_X' });
    log.error({ err }, 'failed');
    expect(last().err).toMatchObject({
      type: 'TypeError',
      message: 'outer',
      code: 'E_X',
      stack: expect.stringContaining('create-logger.test.ts'),
      cause: { type: 'RangeError', message: 'inner' },
    });
  });

  it('that contains itself is logged all the same', () => {
    const { log, last } = listen();
    const err = new Error('round');
    err.cause = err;
    log.error({ err }, 'failed');
    expect(last().err.message).toBe('round');
  });
});
