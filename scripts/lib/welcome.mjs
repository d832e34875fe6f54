// @ts-check
import path from 'node:path';
import { elapsed } from './say.mjs';

/**
 * What is said when everything runs: where to go, and what to do first.
 * @param {import('./settings.mjs').Settings} settings
 * @param {import('./data-dir.mjs').DataPaths} paths
 * @param {{ launchUrl?: string, claim?: string }} started
 */
export function toWelcome(settings, paths, { launchUrl, claim }) {
  /** @type {[string, ...string[]][]} */
  const lines = launchUrl
    ? [
        ['Open it', launchUrl],
        ['First video', 'npm run demo -- "a paper boat in the rain"'],
      ]
    : [
        ['Open it', settings.publicUrl],
        ['Coming in', COMING_IN[settings.profile] ?? ''],
        ...(claim ? [firstAdmin(settings, claim)] : []),
        ...(settings.tls === 'internal' ? [certificate(paths)] : []),
        ['Safety check', 'npm run ops -- doctor'],
      ];
  lines.push(
    ['API and its docs', `${settings.publicUrl}/docs`],
    ['Data and logs', paths.root],
    ['Stop', 'Ctrl-C'],
  );
  const text = lines
    .map(([name, ...sentences]) => `  ${name.padEnd(17)}${sentences.join(`\n${' '.repeat(19)}`)}`)
    .join('\n');
  return `\nVeogate is ready after ${elapsed()} s.\n\n${text}\n`;
}

/** @type {Record<string, string>} */
const COMING_IN = {
  password: 'with the team password, a name and a PIN that each person chooses',
  invite: 'whoever an administrator has invited, under Administration',
  public: 'anybody; administrators can invite others under Administration',
};

/**
 * Where people come in by invitation alone, a code would be of no use: nobody could sign in to enter it.
 * @param {import('./settings.mjs').Settings} settings
 * @param {string} claim
 * @returns {[string, ...string[]]}
 */
function firstAdmin({ profile, env }, claim) {
  if (env['ADMIN_EMAILS'] && profile !== 'password')
    return ['Administrator', `There is none yet. Sign in as ${env['ADMIN_EMAILS']}.`];
  if (profile === 'invite')
    return ['Administrator', 'There is none yet. Make yourself a link: npm run ops -- invite --role admin'];
  return ['Administrator', 'There is none yet. Sign in, open Account, and enter the claim code:', claim];
}

/** @param {import('./data-dir.mjs').DataPaths} paths @returns {[string, ...string[]]} */
const certificate = ({ root }) => [
  'Certificate',
  `Every device must trust ${path.join(root, 'tls/ca.crt')} first.`,
  'docs/operations.md says how.',
];
