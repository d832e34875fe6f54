import { parseArgs } from 'node:util';
import { openDatabase } from '@veogate/shared/db/client';
import { rewindUsage, rollUpUsage } from '@veogate/shared/db/usage-repo';
import { type Command, Problem } from '../command.ts';
import { seed } from '../seed/seed.ts';
import { readDatabases } from '../settings.ts';

const DAYS = 90;

export const seedDemo: Command = {
  summary: 'fills an empty installation with ninety days of made-up work, to look at',
  usage: `npm run ops -- seed-demo

Makes people, keys, generations, red flags and entries of the audit log, all of them made up, so that the pages of the
administration can be looked at. Only where nobody but you has an account. Nothing of it can be generated with, and the
clips have no files.`,
  async run(args, env) {
    parseArgs({ args, options: {} });
    const db = openDatabase({ url: readDatabases(env).url, max: 4 });
    try {
      if ((await db.user.count()) > 1 || (await db.generation.count()) > 0)
        throw new Problem(
          'There is somebody’s work already. Choose an empty folder: DATA_DIR=/tmp/demo npm start',
        );
      const made = await seed(db, new Date(), DAYS);
      // All of it is older than what was counted last.
      await rewindUsage(db);
      await rollUpUsage(db);
      process.stdout.write(
        `Made ${made.people} people and ${made.generations} generations of ${DAYS} days.\n`,
      );
      return 0;
    } finally {
      await db.$disconnect();
    }
  },
};
