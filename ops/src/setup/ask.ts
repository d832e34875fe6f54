import { confirm, log, multiselect, password, select, text } from '@clack/prompts';
import { askTeamPassword } from '../team-password.ts';
import { answered } from '../terminal.ts';
import { checkAnswer, toKept } from './check-answer.ts';
import { gather, suggestionOf } from './gather.ts';
import type { Answers, Question } from './question.ts';

/** Asks a person. An answer that will not do is asked for again; what was set before is offered. */
export function askAll({ before, folder }: { before: Answers; folder: string }): Promise<Answers> {
  return gather(async (question, answers) => {
    const suggestion = suggestionOf(question, answers, before);
    if (question.about) log.message(question.about(answers));
    const value = await askOne(question, suggestion, (given) =>
      checkAnswer(question, toKept(question, given ?? '', folder), answers),
    );
    if (question.outlook) log.info(question.outlook(value));
    return toKept(question, value, folder);
  });
}

type Check = (value: string | undefined) => Promise<string | undefined>;

async function askOne(question: Question, suggestion: string, validate: Check): Promise<string> {
  const { name, ask: message, kind } = question;
  const options = [...(question.choices ?? [])];
  if (options.length === 1) {
    log.step(`${message}\n${options[0]?.label}`);
    return suggestion;
  }
  if (kind === 'choice') return answered(select({ message, options, initialValue: suggestion }));
  if (kind === 'choices') {
    const initialValues = suggestion.split(' ');
    return (await answered(multiselect({ message, options, initialValues, required: true }))).join(' ');
  }
  if (name === 'TEAM_PASSWORD') return askForTeam(message, suggestion);
  if (kind === 'text') return answered(text({ message, initialValue: suggestion, validate }));
  const kept = suggestion && ' (leave it empty to keep the present one)';
  const check: Check = async (given) => (given || !suggestion ? validate(given) : undefined);
  return (await answered(password({ message: `${message}${kept}`, validate: check }))) || suggestion;
}

async function askForTeam(message: string, hash: string): Promise<string> {
  const keeps = hash !== '' && (await answered(confirm({ message: 'Keep the present team password?' })));
  return keeps ? hash : askTeamPassword(message);
}
