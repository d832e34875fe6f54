import { type CANCEL_SYMBOL, isCancel } from '@clack/prompts';
import { Problem } from './command.ts';

/** Whether a person sits there to be asked. */
export const isTerminal = () => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** What was answered. Throws where Ctrl-C or Esc ended the question. */
export async function answered<Value>(question: Promise<Value | typeof CANCEL_SYMBOL>): Promise<Value> {
  const answer = await question;
  if (isCancel(answer)) throw new Problem('Stopped. Nothing was written.');
  return answer;
}

/** The first line of what a program sends. */
export async function readLine(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? '';
}
