import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '@veogate/shared/config/config-error';
import { apiEnv, workerEnv } from '@veogate/shared/config/fragments';
import { readNetworks } from '@veogate/shared/config/networks';
import { readEnv } from '@veogate/shared/config/read-env';
import { judgeSafety } from '@veogate/shared/domain/safety';
import { Type } from 'typebox';
import { readJudged } from '../settings.ts';
import { refusePassword } from '../team-password.ts';
import type { Answers, Question } from './question.ts';

const services = { ...apiEnv.properties, ...workerEnv.properties };
const EMAILS = new Set(['ADMIN_EMAILS', 'ALERT_EMAILS']);
const NETWORKS = new Set(['TRUSTED_PROXIES', 'ALLOWED_NETWORKS']);

/** An answer as it is kept. @param folder where the operator stands, for the names of files */
export function toKept({ name }: Question, text: string, folder: string): string {
  const value = text.trim();
  return name.endsWith('_FILE') && value !== '' ? resolve(folder, value) : value;
}

/**
 * Why an answer will not do, as a sentence; undefined where it will. The service's own schema and its own judgement of
 * safety say so wherever they can.
 */
export async function checkAnswer(
  question: Question,
  value: string,
  answers: Answers,
): Promise<string | undefined> {
  const { name, optional } = question;
  if (value === '') return optional ? undefined : 'An answer is needed.';
  if (name === 'TEAM_PASSWORD') return isHash(value) ? undefined : refusePassword(value);
  if (question.choices && !fitsChoices(question, value))
    return `Take ${question.choices.map((choice) => choice.value).join(', ')}.`;
  return (
    refusalOfSchema(name, value) ??
    refusalOfContent(name, value, answers) ??
    refusalOfRequirement(question, { ...answers, [name]: value })
  );
}

/** Whether this is the hash of a team password, and not the password. */
export const isHash = (value: string) => value.startsWith('$argon2id$');

function fitsChoices({ kind, choices = [] }: Question, value: string): boolean {
  const chosen = kind === 'choices' ? value.split(/[\s,]+/) : [value];
  return chosen.every((one) => choices.some((choice) => choice.value === one));
}

function refusalOfSchema(name: string, value: string): string | undefined {
  if (/[\r\n]/.test(value)) return 'This has to be one line.';
  if (!Object.hasOwn(services, name)) return undefined;
  const rule = services[name as keyof typeof services];
  return sentenceOf(() => readEnv(Type.Object({ [name]: rule }), { [name]: value }));
}

function refusalOfContent(name: string, value: string, answers: Answers): string | undefined {
  if (NETWORKS.has(name)) return sentenceOf(() => readNetworks({ [name]: value.split(/[\s,]+/) }));
  if (EMAILS.has(name)) {
    const odd = value.split(/[\s,]+/).find((address) => !/^[^@]+@[^@]+$/.test(address));
    return odd && `"${odd}" is no e-mail address.`;
  }
  if (!name.endsWith('_FILE')) return undefined;
  try {
    const content = readFileSync(value, 'utf8');
    if (name === 'TLS_CERT_FILE' && !toCertificate(content)) return `${value} holds no certificate (PEM).`;
    if (name === 'TLS_KEY_FILE' && !isKeyOf(content, answers['TLS_CERT_FILE']))
      return `${value} is not the key of that certificate.`;
    return undefined;
  } catch {
    return `${value} cannot be read.`;
  }
}

function refusalOfRequirement({ requirement }: Question, answers: Answers): string | undefined {
  if (!requirement) return undefined;
  try {
    const { checks } = judgeSafety(readJudged({ ...answers, DATA_DIR: '/' }), {}, new Date());
    const check = checks.find(({ id }) => id === requirement);
    return check?.mend ? `${check.finding} ${check.mend}` : undefined;
  } catch (error) {
    // Another answer cannot be, which is told of that one.
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** The first thing that is wrong with a setting, without its name. */
function sentenceOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems[0]?.replace(/^\w+: (.)/, (_, first: string) => first.toUpperCase());
  }
}

function toCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function isKeyOf(pem: string, certificateFile = ''): boolean {
  const certificate = toCertificate(readFileSync(certificateFile, 'utf8'));
  try {
    return certificate?.checkPrivateKey(createPrivateKey(pem)) ?? false;
  } catch {
    return false;
  }
}
