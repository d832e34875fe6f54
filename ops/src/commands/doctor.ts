import { parseArgs } from 'node:util';
import { missingOf } from '@veogate/shared/domain/safety';
import type { Command } from '../command.ts';
import { describe, examine } from '../judgement.ts';

export const doctor: Command = {
  summary: 'looks at everything that decides how safe this service is',
  usage: `npm run ops -- doctor [--json]

Prints every check with what was found and how to mend it, and the risk. Ends with 1 where something that the
access profile requires is missing.`,
  async run(args, env) {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
    const safety = await examine(env);
    process.stdout.write(values.json ? `${JSON.stringify(safety, null, 2)}\n` : describe(safety));
    return missingOf(safety).length === 0 ? 0 : 1;
  },
};
