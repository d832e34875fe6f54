import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { confirm, intro, outro } from '@clack/prompts';
import { missingOf } from '@veogate/shared/domain/safety';
import { newClaimCode } from '../claim-code.ts';
import { type Command, Problem } from '../command.ts';
import { describe, examine } from '../judgement.ts';
import { createPrivate, openSecretsFolder, replacePrivate } from '../private-file.ts';
import { readDataDir } from '../settings.ts';
import { askAll } from '../setup/ask.ts';
import { readAnswers } from '../setup/gather.ts';
import { readSettingsFile, resolveFiles, writeSettingsFile } from '../setup/settings-file.ts';
import { type Outcome, toSettings } from '../setup/to-settings.ts';
import { answered, isTerminal } from '../terminal.ts';
import { USUAL_DATA_DIR } from '../usual-data-dir.ts';

/** Where npm start keeps everything while nothing else is said: in the checkout. */

export const setup: Command = {
  summary: 'asks who will use the service, and writes the settings',
  usage: `npm run ops -- setup [--answers <file>]

Asks who will use it and what that needs, and writes .env (or ENV_FILE); the old one is kept beside it. Secrets go to
files in DATA_DIR/secrets. Nothing is written before the last question is answered.
--answers takes the answers from a JSON file instead: an object with the names of settings, and TEAM_PASSWORD, PROVIDERS
("google github oidc") and ALERTS ("mail" or "webhook"). Delete it afterwards: it holds secrets.`,
  async run(args, env) {
    const { values } = parseArgs({ args, options: { answers: { type: 'string' } } });
    const file = env['ENV_FILE'];
    if (!file) throw new Problem('Say where the settings stand with ENV_FILE, such as ENV_FILE=.env.');
    if (values.answers === undefined && !isTerminal())
      throw new Problem('Nobody is there to be asked. Run it in a terminal, or give --answers <file>.');
    const dataDir = readDataDir(env);
    const written = await readSettingsFile(file);
    const before = { written, values: await resolveFiles(written) };
    const known = { before: before.values, folder: env['INIT_CWD'] ?? '' };
    const answers = values.answers
      ? await readAnswers(resolve(known.folder, values.answers), known)
      : await ask(file, known);
    const outcome = await toSettings(answers, before, join(dataDir, 'secrets'));
    await write(file, dataDir, outcome);
    return judge(env, dataDir, { written, outcome });
  },
};

async function ask(file: string, known: Parameters<typeof askAll>[0]) {
  intro('Setting up Veogate. Ctrl-C stops, and writes nothing.');
  const answers = await askAll(known);
  const old = existsSync(file) ? ' The present one is kept beside it.' : '';
  if (!(await answered(confirm({ message: `Write ${file}?${old}` }))))
    throw new Problem('Stopped. Nothing was written.');
  outro('Thank you.');
  return answers;
}

async function write(file: string, dataDir: string, { settings, kept, secrets }: Outcome): Promise<void> {
  const folder = await openSecretsFolder(dataDir);
  for (const [name, content] of Object.entries(secrets)) {
    await replacePrivate(name, content);
    process.stdout.write(`Wrote ${name}\n`);
  }
  const code = join(folder, 'claim-code');
  if (settings['ACCESS_PROFILE'] !== 'local' && !existsSync(code))
    await createPrivate(code, `${newClaimCode()}\n`);
  const isUsual = dataDir === USUAL_DATA_DIR || kept['DATA_DIR'] !== undefined;
  const backup = await writeSettingsFile(file, { ...settings, ...(!isUsual && { DATA_DIR: dataDir }) }, kept);
  if (backup) process.stdout.write(`Kept the old settings as ${backup}\n`);
  process.stdout.write(`Wrote ${file}\n\n`);
}

/** Judges the service that `npm start` makes of what was written. Returns the exit code. */
async function judge(
  env: NodeJS.ProcessEnv,
  dataDir: string,
  { written, outcome }: { written: Readonly<Record<string, string>>; outcome: Outcome },
): Promise<number> {
  const { settings, kept } = outcome;
  const set = { ...kept, ...settings };
  const gone = Object.keys(written).filter((name) => set[name] === undefined);
  const without = (names: readonly string[]) =>
    Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
  const makesCode = settings['ACCESS_PROFILE'] !== 'local' && !set['CLAIM_CODE'] && !set['CLAIM_CODE_FILE'];
  const safety = await examine({
    ...without([...gone, 'HOST', 'PUBLIC_URL']),
    ...set,
    ...(makesCode && { CLAIM_CODE_FILE: join(dataDir, 'secrets/claim-code') }),
    DATA_DIR: dataDir,
  });
  const missing = missingOf(safety);
  process.stdout.write(describe(safety));
  process.stdout.write(
    missing.length === 0
      ? '\nNothing that the profile requires is missing. Start it: npm start\n'
      : `\nStill missing: ${missing.map(({ title }) => title).join(', ')}. Set it as said above, and look again: npm run ops -- doctor\n`,
  );
  return missing.length === 0 ? 0 : 1;
}
