import { openDatabase } from '@veogate/shared/db/client';
import { judgeSafety, type Risk, type Safety } from '@veogate/shared/domain/safety';
import type { SafetyCheck } from '@veogate/shared/domain/safety/facts';
import { gatherFacts } from '@veogate/shared/safety/gather-facts';
import { readJudged, secretFiles } from './settings.ts';

const RISKS: Record<Risk, string> = {
  none: 'none: one person, on this machine',
  low: 'low',
  medium: 'medium',
  guarded: 'guarded: anybody may come, and everything has its limits',
  high: 'high: something that the profile requires is missing, and the service does not start',
};
const MARKS = { ok: 'ok', warning: 'warning', missing: 'MISSING' };

/** Judges the service that these settings make. */
export async function examine(env: NodeJS.ProcessEnv): Promise<Safety> {
  const settings = readJudged(env);
  const db = settings.DATABASE_URL ? openDatabase({ url: settings.DATABASE_URL, max: 1 }) : undefined;
  try {
    return judgeSafety(settings, await gatherFacts(settings, { db, files: secretFiles(env) }), new Date());
  } finally {
    await db?.$disconnect();
  }
}

/** The judgement for a person to read. */
export function describe({ profile, risk, checks }: Safety): string {
  const width = Math.max(...checks.map(({ title }) => title.length)) + 2;
  const toLines = ({ state, title, finding, mend }: SafetyCheck) => {
    const line = `  ${MARKS[state].padEnd(9)}${title.padEnd(width)}${finding}\n`;
    return mend === null ? line : `${line}${' '.repeat(11 + width)}→ ${mend}\n`;
  };
  return `Profile: ${profile}\nRisk:    ${RISKS[risk]}\n\n${checks.map(toLines).join('')}`;
}
