import { ConfigError } from '@veogate/shared/config/config-error';
import { type Command, Problem, UsageError } from './command.ts';
import { doctor } from './commands/doctor.ts';
import { init } from './commands/init.ts';
import { invite } from './commands/invite.ts';
import { migrateCommand } from './commands/migrate.ts';
import { password } from './commands/password.ts';
import { setup } from './commands/setup.ts';
import { user } from './commands/user.ts';

const commands: Record<string, Command> = {
  setup,
  doctor,
  password,
  invite,
  user,
  migrate: migrateCommand,
  init,
};

const [name = '', ...args] = process.argv.slice(2);
process.exitCode = await main(name, args);

/** Returns the exit code: 0 done, 1 not done, 2 asked for wrongly. */
async function main(name: string, args: string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const asked = name === '' || name === 'help' || name === '--help' || name === '-h';
    if (!asked) process.stderr.write(`There is no command "${name}".\n\n`);
    (asked ? process.stdout : process.stderr).write(listCommands());
    return asked && name !== '' ? 0 : 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${command.summary}\n\n${command.usage}\n`);
    return 0;
  }
  try {
    return await command.run(args, process.env);
  } catch (error) {
    process.stderr.write(`${toSentence(error)}\n`);
    if (!isMistake(error)) return 1;
    process.stderr.write(`\n${command.usage}\n`);
    return 2;
  }
}

function listCommands(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`);
  return `npm run ops -- <command>, and one of these; each tells more with --help.\n\n${lines.join('\n')}\n`;
}

/** Also what Node's own reader of options does not know. */
function isMistake(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS');
}

function toSentence(error: unknown): string {
  if (error instanceof Problem || error instanceof ConfigError || isMistake(error))
    return (error as Error).message;
  return `It could not be done: ${error instanceof Error ? error.message : String(error)}`;
}
