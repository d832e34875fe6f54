import { ConfigError } from '@veogate/shared/config/config-error';
import { type Command, Problem, UsageError } from './command.ts';

/** Each is loaded when it is asked for: the database alone takes longer to load than most of them take to run. */
const commands: Record<string, () => Promise<Command>> = {
  setup: async () => (await import('./commands/setup.ts')).setup,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  password: async () => (await import('./commands/password.ts')).password,
  invite: async () => (await import('./commands/invite.ts')).invite,
  user: async () => (await import('./commands/user.ts')).user,
  mode: async () => (await import('./commands/mode.ts')).modeCommand,
  audit: async () => (await import('./commands/audit.ts')).audit,
  backup: async () => (await import('./commands/backup.ts')).backup,
  restore: async () => (await import('./commands/restore.ts')).restore,
  drill: async () => (await import('./commands/drill.ts')).drill,
  'seed-demo': async () => (await import('./commands/seed-demo.ts')).seedDemo,
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand,
  init: async () => (await import('./commands/init.ts')).init,
};

const [name = '', ...args] = process.argv.slice(2);
process.exitCode = await main(name, args);

/** Returns the exit code: 0 done, 1 not done, 2 asked for wrongly. */
async function main(name: string, args: string[]): Promise<number> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    const asked = name === '' || name === 'help' || name === '--help' || name === '-h';
    if (!asked) process.stderr.write(`There is no command "${name}".\n\n`);
    (asked ? process.stdout : process.stderr).write(await listCommands());
    return asked && name !== '' ? 0 : 2;
  }
  const command = await load();
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

async function listCommands(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(commands).map(async ([name, load]) => `  ${name.padEnd(11)}${(await load()).summary}`),
  );
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
