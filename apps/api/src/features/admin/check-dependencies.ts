import { readFile } from 'node:fs/promises';
import type { ChecklistRun } from '@veogate/shared/contracts/checklist';
import { AppError } from '@veogate/shared/domain/errors';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Services } from '../../services.ts';

/** What this program was built of; the build writes it beside it. Names with their versions. */
const BUILT_OF = new URL('./packages.json', import.meta.url);
const TIMEOUT_MS = 20_000;
const MOST_SHOWN = 50;

const Packages = Type.Record(Type.String(), Type.Array(Type.String()));
const Advisories = Type.Record(
  Type.String(),
  Type.Array(
    Type.Object({
      url: Type.String(),
      title: Type.String(),
      severity: Type.Enum(['info', 'low', 'moderate', 'high', 'critical']),
      vulnerable_versions: Type.String(),
    }),
  ),
);

/**
 * Asks the package registry for advisories about everything that this program was built of, as `npm audit` does. It is
 * told names and versions, nothing else.
 *
 * @throws AppError `unavailable` where the registry does not answer as it should
 */
export async function checkDependencies(registry: string, log: Services['log']): Promise<ChecklistRun> {
  const packages = await readPackages();
  const advisories = await ask(registry, packages, log);
  const findings = Object.entries(advisories).flatMap(([name, found]) =>
    found.map(({ url, title, severity, vulnerable_versions: versions }) => ({
      severity,
      title: `${name} ${packages[name]?.join(', ') ?? ''}`,
      text: `${title} (${versions})`,
      url: /^https:\/\//.test(url) ? url : null,
    })),
  );
  const count = Object.keys(packages).length;
  return {
    ok: !findings.some(({ severity }) => severity === 'high' || severity === 'critical'),
    summary:
      findings.length === 0
        ? `${count} packages, and no advisory about any of them.`
        : `${count} packages, and ${findings.length} advisories about them. Update Veogate, or the package.`,
    findings: findings.slice(0, MOST_SHOWN),
  };
}

async function readPackages(): Promise<Record<string, string[]>> {
  const text = await readFile(BUILT_OF, 'utf8').catch(() => {
    throw new AppError('unavailable', 'This program was not built: there is no list of what it is made of.');
  });
  return Value.Parse(Packages, JSON.parse(text));
}

async function ask(registry: string, packages: object, log: Services['log']) {
  try {
    const answer = await fetch(
      new URL('-/npm/v1/security/advisories/bulk', `${registry.replace(/\/$/, '')}/`),
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(packages),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
    );
    if (!answer.ok) throw new Error(`It answered ${answer.status}.`);
    const found: unknown = await answer.json();
    if (!Value.Check(Advisories, found)) throw new Error('It answered something else.');
    return found;
  } catch (error) {
    log.warn({ err: error }, 'the package registry did not answer');
    throw new AppError('unavailable', 'The package registry did not answer as it should. Try again later.');
  }
}
