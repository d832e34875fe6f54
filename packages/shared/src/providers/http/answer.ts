import { scrub } from './scrub.ts';

/** A whole HTTP answer, read into memory. */
export interface Answer {
  status: number;
  /** Names in lower case; repeated ones joined by a comma. */
  headers: Readonly<Record<string, string>>;
  text: string;
}

/** The JSON of an answer, whatever type it was announced as; undefined where it is not JSON. */
export function jsonOf(answer: Answer): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}

/** True for a web page. Those come from what stands before a provider, and say nothing about the request. */
export function isHtml(answer: Answer): boolean {
  return answer.text.trimStart().startsWith('<');
}

/**
 * What a JSON body gives as its error: the text of `error`, `message` or `detail`, or of the same in `error`
 * (`{"error":{"message":"…"}}`). Empty where there is none. Not scrubbed.
 */
export function errorTextOf(body: unknown): string {
  const fields = asRecord(body);
  return firstText(fields) || firstText(asRecord(fields['error']));
}

function firstText(fields: Readonly<Record<string, unknown>>): string {
  const texts = [fields['error'], fields['message'], fields['detail']];
  return texts.find((text): text is string => typeof text === 'string' && text.trim() !== '') ?? '';
}

/** An answer in one sentence for a person: its status, and the words it came with. Scrubbed of the secret. */
export function describeAnswer(answer: Answer, secret: string): string {
  const words = isHtml(answer) ? 'a web page in place of an answer' : wordsOf(answer);
  const about = words.trim() === '' ? '' : `: ${words}`;
  return scrub(`The provider answered ${answer.status}${about}`, secret);
}

function wordsOf(answer: Answer): string {
  const body = jsonOf(answer);
  return body === undefined ? answer.text : errorTextOf(body);
}

/** The fields of an object; none for anything else. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** The items of an array; none for anything else. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
