import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { generateRing } from '@veogate/shared/vault/ring';
import { newClaimCode } from '../claim-code.ts';
import { type Command, Problem, UsageError } from '../command.ts';
import { createPrivate } from '../private-file.ts';

export const init: Command = {
  summary: 'makes the secrets of an installation in containers',
  usage: `npm run ops -- init [--ring] <folder>

Makes vault-public.json (for the API), vault-private.json and fingerprint.key (for the worker alone), and claim-code
(for the API) in the folder, each readable by its owner only. It never replaces one: without its key ring, no saved key
can be used. With --ring it makes the first two alone: after a lockdown, which takes the old ones out of use. npm start
makes its own and needs no init.`,
  async run(args, env) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { ring: { type: 'boolean' } },
    });
    const [folder] = positionals;
    if (!folder || positionals.length > 1) throw new UsageError('Name one folder.');
    // npm runs commands in the checkout; folders are named from where the operator stands.
    const target = resolve(env['INIT_CWD'] ?? '', folder);
    const { publicRing, privateRing } = await generateRing();
    const ring = {
      'vault-public.json': JSON.stringify(publicRing, null, 2),
      'vault-private.json': JSON.stringify(privateRing, null, 2),
    };
    const others = { 'fingerprint.key': randomBytes(32).toString('base64'), 'claim-code': newClaimCode() };
    const files = Object.entries({ ...ring, ...(!values.ring && others) }).map(([name, content]) => ({
      file: join(target, name),
      content,
    }));
    const there = files.filter(({ file }) => existsSync(file)).map(({ file }) => file);
    if (there.length > 0) {
      throw new Problem(
        `There is ${there.join(' and ')} already, and nothing was written. Choose another folder; delete secrets only if nothing uses them.`,
      );
    }
    await mkdir(target, { recursive: true, mode: 0o700 });
    await chmod(target, 0o700);
    for (const { file, content } of files) {
      await createPrivate(file, `${content}\n`);
      process.stdout.write(`Wrote ${file}\n`);
    }
    return 0;
  },
};
