import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Command, Problem } from '../command.ts';
import { openSecretsFolder, replacePrivate } from '../private-file.ts';
import { readDataDir } from '../settings.ts';
import { askTeamPassword, toHash } from '../team-password.ts';
import { isTerminal, readLine } from '../terminal.ts';

export const password: Command = {
  summary: 'sets the team password of profile "password"',
  usage: `npm run ops -- password
npm run ops -- password < file

Asks for the new team password twice, or takes one line of standard input. What is easy to guess is refused. Its hash
(argon2id) goes to DATA_DIR/secrets/team-password-hash; the password itself is written nowhere. At the next start
everybody has to sign in again.`,
  async run(args, env) {
    parseArgs({ args, options: {} });
    const dataDir = readDataDir(env);
    const chosen = isTerminal() ? await askTeamPassword('The new team password') : await readLine();
    if (chosen === '') throw new Problem('There is no password. Type one, or send it as one line.');
    const hash = await toHash(chosen);
    const file = join(await openSecretsFolder(dataDir), 'team-password-hash');
    await replacePrivate(file, `${hash}\n`);
    process.stdout.write(`${[`Wrote ${file}`, ...whatNext(file, env)].join('\n')}\n`);
    return 0;
  },
};

function whatNext(file: string, env: NodeJS.ProcessEnv): string[] {
  const isRead = resolve(env['TEAM_PASSWORD_HASH_FILE'] ?? '') === file;
  return [
    ...(isRead
      ? []
      : [`Set TEAM_PASSWORD_HASH_FILE=${file} in your settings, so that the service reads it.`]),
    ...(env['TEAM_PASSWORD_HASH'] ? ['Remove TEAM_PASSWORD_HASH from them.'] : []),
    'It holds from the next start of the service, which signs everybody out who came in with the old one.',
  ];
}
