import { parseArgs } from 'node:util';
import { readEnv } from '@veogate/shared/config/read-env';
import { migrate } from '@veogate/shared/db/migrate';
import { Type } from 'typebox';
import { type Command, Problem, UsageError } from '../command.ts';
import { readDatabases } from '../settings.ts';

const PASSWORD_LENGTH = 12;
const appEnv = Type.Object({
  APP_DATABASE_USER: Type.Optional(Type.String({ pattern: '^[a-z_][a-z0-9_]{0,62}$' })),
  APP_DATABASE_PASSWORD: Type.Optional(Type.String({ minLength: PASSWORD_LENGTH })),
});

export const migrateCommand: Command = {
  summary: 'brings the database up to date',
  usage: `npm run ops -- migrate [--app-user <role>]

Applies what is missing to DATABASE_URL (or DATABASE_DIRECT_URL past a pooler), which must name the role that owns the
tables. With --app-user, or APP_DATABASE_USER, it makes the role that the services connect as, which can neither own a
table nor change the audit log; its password stands in APP_DATABASE_PASSWORD or APP_DATABASE_PASSWORD_FILE. Safe to run
at every start.`,
  async run(args, env) {
    const { values } = parseArgs({ args, options: { 'app-user': { type: 'string' } } });
    const { APP_DATABASE_USER, APP_DATABASE_PASSWORD: password } = readEnv(appEnv, {
      ...env,
      ...(values['app-user'] !== undefined && { APP_DATABASE_USER: values['app-user'] }),
    });
    if (APP_DATABASE_USER && !password)
      throw new UsageError(
        'Set APP_DATABASE_PASSWORD or APP_DATABASE_PASSWORD_FILE to the password of the role.',
      );
    const { directUrl: url } = readDatabases(env);
    const applied = await migrate({
      url,
      ...(APP_DATABASE_USER && password && { appUser: { name: APP_DATABASE_USER, password } }),
    }).catch((error: unknown) => {
      // Without the address, which holds a password.
      const reason = error instanceof Error ? error.message : String(error);
      throw new Problem(`The database could not be brought up to date: ${reason}`);
    });
    for (const name of applied) process.stdout.write(`Applied ${name}.\n`);
    process.stdout.write(`The database is up to date.\n`);
    return 0;
  },
};
