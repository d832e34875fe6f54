import { password as askHidden } from '@clack/prompts';
import { AppError } from '@veogate/shared/domain/errors';
import { hashTeamPassword, judgePassword } from '@veogate/shared/password/team-password';
import { Problem } from './command.ts';
import { answered } from './terminal.ts';

/** Asks for a password twice; what is too easy to guess is asked for again. Nothing of it is shown. */
export async function askTeamPassword(message: string): Promise<string> {
  const first = await answered(
    askHidden({ message, validate: (password) => refusePassword(password ?? ''), clearOnError: true }),
  );
  await answered(
    askHidden({
      message: 'The same once more',
      validate: (second) => (second === first ? undefined : 'This is not the same.'),
      clearOnError: true,
    }),
  );
  return first;
}

/** Why a password will not do, where it will not. */
export async function refusePassword(password: string): Promise<string | undefined> {
  if (password === '') return 'There is no password.';
  const { isStrong, feedback } = await judgePassword(password);
  return isStrong ? undefined : `This is too easy to guess. ${feedback || 'Take several rare words.'}`;
}

/** As TEAM_PASSWORD_HASH holds it. Throws a Problem where it is too easy to guess. */
export async function toHash(password: string): Promise<string> {
  try {
    return await hashTeamPassword(password);
  } catch (error) {
    if (error instanceof AppError) throw new Problem(error.message);
    throw error;
  }
}
