import { readFile } from 'node:fs/promises';
import { password as askHidden } from '@clack/prompts';
import { Problem } from '../command.ts';
import { askTeamPassword, refusePassword } from '../team-password.ts';
import { answered, isTerminal } from '../terminal.ts';

/** For a new backup: from a file, or asked for twice. One that is easy to guess is refused. */
export async function newPassphrase(file: string | undefined): Promise<string> {
  if (file === undefined && isTerminal()) return askTeamPassword('A passphrase for the key ring');
  const passphrase = await fromFile(file);
  const refusal = await refusePassword(passphrase);
  if (refusal) throw new Problem(refusal);
  return passphrase;
}

/** Of an older backup. */
export async function knownPassphrase(file: string | undefined): Promise<string> {
  if (file === undefined && isTerminal())
    return answered(askHidden({ message: 'The passphrase of the key ring' }));
  return fromFile(file);
}

async function fromFile(file: string | undefined): Promise<string> {
  if (file === undefined)
    throw new Problem(
      'Name a file that holds the passphrase: --passphrase-file. Or leave the ring out: --no-ring',
    );
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Problem(`${file} cannot be read.`);
  });
  return text.split(/\r?\n/, 1)[0] ?? '';
}
