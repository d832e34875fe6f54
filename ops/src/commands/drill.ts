import { parseArgs } from 'node:util';
import { accessEnv, serviceEnv } from '@veogate/shared/config/fragments';
import { readEnv } from '@veogate/shared/config/read-env';
import { append } from '@veogate/shared/db/audit-repo';
import { openDatabase } from '@veogate/shared/db/client';
import { readMode } from '@veogate/shared/db/mode-repo';
import { createEventSender } from '@veogate/shared/events/channel';
import { Type } from 'typebox';
import { type Command, Problem } from '../command.ts';
import { openAccount } from '../drill/account.ts';
import { drillRestore } from '../drill/drill-restore.ts';
import { closeFlags, drillAbuse, drillLeakedKey, drillOutage, type Measured } from '../drill/steps.ts';
import { readDatabases } from '../settings.ts';

const { HOST, PORT, PUBLIC_URL, TERMS_VERSION } = accessEnv;
const { SIMULATOR_URL } = serviceEnv;

export const drill: Command = {
  summary:
    'a fire drill: stages trouble with a simulator account, and measures how soon it is seen and stopped',
  usage: `npm run ops -- drill

On the service that is running, with an account and a key of its own, which are gone afterwards: a provider that is down,
abuse, a leaked key, and a restore into a database beside the real one. Whoever is set to be alerted is alerted, so tell
them before; the service is paused for some seconds. Choose a quiet quarter of an hour. It needs the simulator, which
npm start has, and the role that owns the tables. Ends with 1 where something was not seen or not stopped.`,
  async run(args, env) {
    parseArgs({ args, options: {} });
    const settings = readEnv(Type.Object({ HOST, PORT, PUBLIC_URL, TERMS_VERSION, SIMULATOR_URL }), env);
    const { SIMULATOR_URL: simulatorUrl, PUBLIC_URL: url = `http://${settings.HOST}:${settings.PORT}` } =
      settings;
    if (!simulatorUrl)
      throw new Problem(
        'There is no simulator: start the service with npm start, or set SIMULATOR_URL to one.',
      );
    const databases = readDatabases(env);
    const db = openDatabase({ url: databases.url, max: 4 });
    const events = createEventSender(databases.directUrl);
    const begin = new Date();
    try {
      if ((await readMode(db)) !== 'open')
        throw new Problem('The service is not open: a drill is for quiet times.');
      await append(db, { action: 'drill.begun', subject: 'service', detail: { by: 'operator' } });
      process.stdout.write(
        'A fire drill has begun. It takes some minutes, as the rules look once a minute.\n\n',
      );
      const account = await openAccount(db, url, settings.TERMS_VERSION ?? null);
      try {
        const needs = { db, events, account, simulatorUrl };
        for (const step of [drillOutage, drillAbuse, drillLeakedKey])
          process.stdout.write(describe(await step(needs)));
        const restored = await drillRestore(databases.directUrl);
        process.stdout.write(
          `A restore\n  written out in    ${seconds(restored.backupMs)}\n  read in in        ${seconds(restored.restoreMs)}, ${restored.generations} generations\n\n`,
        );
        if (!restored.isSame) throw new Problem('What was read in is not what was written out.');
      } finally {
        await closeFlags(db, begin);
        await account.leave();
      }
      await append(db, { action: 'drill.ended', subject: 'service', detail: { by: 'operator' } });
      process.stdout.write('Everything was seen and stopped. The account of the drill is being erased.\n');
      return 0;
    } finally {
      await events.close();
      await db.$disconnect();
    }
  },
};

function describe({ name, detectedMs, toldMs, stoppedMs, notes }: Measured): string {
  return [
    name,
    `  seen after        ${detectedMs === null ? '–' : seconds(detectedMs)}`,
    `  told after        ${toldMs === null ? 'nobody is set to be told' : seconds(toldMs)}`,
    `  stopped within    ${seconds(stoppedMs)}`,
    ...notes.map((note) => `  ${note}`),
    '',
    '',
  ].join('\n');
}

const seconds = (ms: number) => (ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`);
