import { join } from 'node:path';
import { toHash } from '../team-password.ts';
import { isHash } from './check-answer.ts';
import type { Answers } from './question.ts';
import { questions } from './questions.ts';
import type { Variables } from './settings-file.ts';

/** Answers that steer the questions, and are no settings themselves. */
const STEERING = new Set(['PROVIDERS', 'ALERTS']);

export interface Outcome {
  /** What goes into the settings file. */
  settings: Variables;
  /** What stays in it as it was. */
  kept: Variables;
  /** The files of secrets that are to be written, with what they hold. */
  secrets: Variables;
}

/**
 * What the answers come to.
 *
 * @param before the settings file as it is, and what its values are
 * @param folder where secrets stand
 */
export async function toSettings(
  answers: Answers,
  before: { written: Variables; values: Variables },
  folder: string,
): Promise<Outcome> {
  const settings: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  for (const { name, kind } of questions) {
    const answer = answers[name] ?? '';
    if (answer === '' || STEERING.has(name) || (name === 'NO_SIMULATOR' && answer === '0')) continue;
    if (kind !== 'secret') {
      settings[name] = answer;
      continue;
    }
    const variable = toVariable(name);
    const value = name === 'TEAM_PASSWORD' && !isHash(answer) ? await toHash(answer) : answer;
    const old = before.written[`${variable}_FILE`];
    if (old && before.values[variable] === value) {
      settings[`${variable}_FILE`] = old;
      continue;
    }
    const file = join(folder, variable.toLowerCase().replaceAll('_', '-'));
    secrets[file] = `${value}\n`;
    settings[`${variable}_FILE`] = file;
  }
  return { settings, secrets, kept: keep(before.written, answers) };
}

/** Whatever the setup does not ask about stays, and some of what it would have asked for another profile. */
function keep(written: Variables, answers: Answers): Variables {
  const replaced = new Set(
    questions
      .filter(({ name, stays }) => !stays || answers[name] !== undefined)
      .flatMap(({ name }) => [toVariable(name), `${toVariable(name)}_FILE`]),
  );
  return Object.fromEntries(Object.entries(written).filter(([name]) => !replaced.has(name)));
}

const toVariable = (name: string) => (name === 'TEAM_PASSWORD' ? 'TEAM_PASSWORD_HASH' : name);
