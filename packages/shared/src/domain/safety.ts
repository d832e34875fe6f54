import type { AccessProfile } from './profiles.ts';
import { cautions } from './safety/cautions.ts';
import type { CheckState, SafetyCheck, SafetyFacts, SafetySettings, Verdict } from './safety/facts.ts';
import { requirements } from './safety/requirements.ts';

/** How much can go wrong: `high` where something is missing that the profile requires. */
export type Risk = 'none' | 'low' | 'medium' | 'guarded' | 'high';

export interface Safety {
  profile: AccessProfile;
  risk: Risk;
  checks: SafetyCheck[];
}

/** Judges a service: what its profile requires first, then what is wise. Facts that are not known are not judged. */
export function judgeSafety(settings: SafetySettings, facts: SafetyFacts, now: Date): Safety {
  const profile = settings.ACCESS_PROFILE;
  const checks = [
    ...requirements
      .filter(({ profiles }) => profiles.includes(profile))
      .map(({ id, title, judge }) => toCheck({ id, title, required: true }, judge(settings, facts))),
    ...cautions.flatMap(({ id, title, judge }) => {
      const verdict = judge(settings, facts, now);
      return verdict ? [toCheck({ id, title, required: false }, verdict)] : [];
    }),
  ];
  return { profile, risk: riskOf(settings, checks), checks };
}

/** What keeps the service from starting. */
export function missingOf({ checks }: Pick<Safety, 'checks'>): SafetyCheck[] {
  return checks.filter(({ state }) => state === 'missing');
}

function toCheck(about: Pick<SafetyCheck, 'id' | 'title' | 'required'>, verdict: Verdict): SafetyCheck {
  if ('ok' in verdict) return { ...about, state: 'ok', finding: verdict.ok, mend: null };
  const state: CheckState = about.required ? 'missing' : 'warning';
  return { ...about, state, finding: verdict.wrong, mend: verdict.mend };
}

function riskOf({ ACCESS_PROFILE, ALLOWED_NETWORKS }: SafetySettings, checks: SafetyCheck[]): Risk {
  if (missingOf({ checks }).length > 0) return 'high';
  if (ACCESS_PROFILE === 'local') return 'none';
  if (ACCESS_PROFILE === 'public') return 'guarded';
  return ACCESS_PROFILE === 'password' || ALLOWED_NETWORKS.length > 0 ? 'low' : 'medium';
}
