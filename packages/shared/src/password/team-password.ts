import { hash, verify } from '@node-rs/argon2';
import { AppError } from '../domain/errors.ts';

/** Of zxcvbn's 0 to 4: what less than a hundred million guesses find is refused. */
const SCORE_NEEDED = 3;
/** Beyond this zxcvbn takes long, and nothing is gained. Characters. */
const JUDGED_LENGTH = 128;

/** What a password is worth, and what would make it better. */
export interface Strength {
  isStrong: boolean;
  feedback: string;
}

let checker: Promise<(password: string) => Strength> | undefined;

/** The dictionaries take some 60 MB, so they are loaded at the first use alone. */
async function loadChecker(): Promise<(password: string) => Strength> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  const zxcvbn = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary, own: ['veogate'] },
    graphs: common.adjacencyGraphs,
    translations: english.translations,
  });
  return (password) => {
    const { score, feedback } = zxcvbn.check(password.slice(0, JUDGED_LENGTH));
    const { warning, suggestions } = feedback;
    return { isStrong: score >= SCORE_NEEDED, feedback: [warning, ...suggestions].filter(Boolean).join(' ') };
  };
}

/** Judges a team password. */
export async function judgePassword(password: string): Promise<Strength> {
  checker ??= loadChecker();
  return (await checker)(password);
}

/**
 * What TEAM_PASSWORD_HASH holds. Throws `password_weak`, with what would help, where the password is easy to guess.
 */
export async function hashTeamPassword(password: string): Promise<string> {
  const { isStrong, feedback } = await judgePassword(password);
  if (!isStrong)
    throw new AppError('password_weak', `This password is too easy to guess. ${feedback}`.trim());
  return hashSecret(password);
}

/** argon2id with 19 MiB and two passes, as OWASP advises; it is the library's default. */
export function hashSecret(secret: string): Promise<string> {
  return hash(secret);
}

/** Whether a secret is the one that was hashed; a hash that is none fits nothing. */
export async function verifySecret(hashed: string, secret: string): Promise<boolean> {
  return verify(hashed, secret).catch(() => false);
}
