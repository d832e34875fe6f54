import { readFile } from 'node:fs/promises';
import { Problem } from '../command.ts';
import { checkAnswer, toKept } from './check-answer.ts';
import type { Answers, Question } from './question.ts';
import { questions } from './questions.ts';

/** Goes through the questions that matter, each with the answers so far. */
export async function gather(
  answer: (question: Question, answers: Answers) => Promise<string>,
): Promise<Answers> {
  const answers: Record<string, string> = {};
  for (const question of questions) {
    if (question.when(answers)) answers[question.name] = await answer(question, answers);
  }
  return answers;
}

/** What is taken where nothing is said. */
export function suggestionOf(question: Question, answers: Answers, before: Answers): string {
  const { name, choices, suggest = (_, set) => set[name] } = question;
  return suggest(answers, before) ?? (choices?.length === 1 ? choices[0]?.value : undefined) ?? '';
}

/**
 * Takes the answers of a JSON file, with what is suggested for those that it does not hold. Throws a Problem with
 * everything that will not do.
 *
 * @param folder where relative names of files begin
 */
export async function readAnswers(
  file: string,
  { before, folder }: { before: Answers; folder: string },
): Promise<Answers> {
  const given = await parseAnswers(file);
  const problems: string[] = [];
  const left = new Set(Object.keys(given));
  const answers = await gather(async (question, so) => {
    const { name } = question;
    left.delete(name);
    const value = toKept(question, given[name] ?? suggestionOf(question, so, before), folder);
    const refusal = await checkAnswer(question, value, so);
    if (refusal) problems.push(`${name}: ${refusal}`);
    return value;
  });
  for (const name of left) problems.push(`${name}: is not asked for ${answers['ACCESS_PROFILE']}.`);
  if (problems.length > 0)
    throw new Problem(
      `Nothing was written. These answers will not do:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
  return answers;
}

async function parseAnswers(file: string): Promise<Answers> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Problem(`The file ${file} cannot be read.`);
  });
  const parsed = parseJson(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Problem(`The file ${file} has to hold a JSON object, such as {"ACCESS_PROFILE": "local"}.`);
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
