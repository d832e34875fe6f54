import type { PasswordSignIn } from '@veogate/shared/contracts/sign-in';
import { append } from '@veogate/shared/db/audit-repo';
import { claimTeamName, findTeamName, touchTeamName } from '@veogate/shared/db/team-repo';
import { AppError, invalidField } from '@veogate/shared/domain/errors';
import { faultOfName, faultOfPin, foldName, tidyName } from '@veogate/shared/domain/team-name';
import { hashSecret, judgePassword, verifySecret } from '@veogate/shared/password/team-password';
import type { FastifyRequest } from 'fastify';
import type { Services } from '../../services.ts';
import { createSlots } from '../../slots.ts';
import { createDoor } from './door.ts';
import { type BegunSession, createSignIn } from './sign-in.ts';

/** argon2 takes 19 MiB each time, so few are computed at once, in all of the process. */
const withSlot = createSlots({ atOnce: 4, waitingAtMost: 32 });

type Needs = Pick<Services, 'db' | 'events' | 'config' | 'teamPasswordHash'>;

/** Sign-in with the team's password, and a name with a PIN of its own. */
export function createPasswordSignIn(services: Needs) {
  const { db, config, teamPasswordHash } = services;
  const signIn = createSignIn(services);
  const door = createDoor(services);

  /** Throws `code` once the refusal stands in the audit log; neither says which name it was about. */
  async function refuse(request: FastifyRequest, code: 'password_wrong' | 'password_weak' | 'pin_wrong') {
    await signIn.refuse(request, { via: 'team', reason: code });
    return new AppError(code);
  }

  async function checkPassword(request: FastifyRequest, hashed: string, password: string): Promise<void> {
    if (!(await withSlot(() => verifySecret(hashed, password))))
      throw await refuse(request, 'password_wrong');
    // Only of the right one, so that nobody learns anything from a guess.
    if (!(await judgePassword(password)).isStrong) throw await refuse(request, 'password_weak');
  }

  return async function begin(
    request: FastifyRequest,
    { password, display_name, pin }: PasswordSignIn,
  ): Promise<{ claimed: boolean; session: BegunSession }> {
    const hashed = config.ACCESS_PROFILE === 'password' ? config.TEAM_PASSWORD_HASH : undefined;
    if (!hashed) throw new AppError('not_found', 'This service has no team password.');
    const fault = faultOfName(display_name);
    if (fault) throw invalidField('display_name', fault);
    const subject = foldName(display_name);
    const knock = await door.guardDoor(request, 'team');
    await checkPassword(request, hashed, password);
    await knock.countName(subject);

    const begun = (await claim()) ?? (await enter());
    await knock.welcome();
    return begun;

    async function claim() {
      if (await findTeamName(db, subject)) return null;
      const pinFault = faultOfPin(pin, display_name);
      if (pinFault) throw invalidField('pin', pinFault);
      const pinHash = await withSlot(() => hashSecret(pin));
      const displayName = tidyName(display_name);
      const captchaDue = config.CAPTCHA !== 'off';
      return db.$transaction(async (tx) => {
        const account = { subject, displayName, pinHash, captchaDue, seats: config.SEATS };
        const userId = await claimTeamName(tx, account);
        if (userId === null) return null;
        const detail = { via: 'team' };
        await append(tx, {
          action: 'account.created',
          actorId: userId,
          subject: 'user',
          subjectId: userId,
          detail,
        });
        return { claimed: true, session: await open(tx, userId) };
      });
    }

    async function enter() {
      const known = await findTeamName(db, subject);
      const fits = known && (await withSlot(() => verifySecret(known.pinHash, pin)));
      if (!fits) throw await refuse(request, 'pin_wrong');
      return db.$transaction(async (tx) => {
        await touchTeamName(tx, subject);
        return { claimed: false, session: await open(tx, known.userId) };
      });
    }

    function open(tx: Parameters<typeof signIn.begin>[0], userId: string): Promise<BegunSession> {
      return signIn.begin(tx, request, { userId, via: 'team', passwordHash: teamPasswordHash });
    }
  };
}
