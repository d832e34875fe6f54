import { createHash } from 'node:crypto';
import { append } from '@veogate/shared/db/audit-repo';
import { setCaptchaDue, spendCaptcha } from '@veogate/shared/db/clearance-repo';
import { findOrMakeSecret } from '@veogate/shared/db/secret-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { type Challenge, createChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Services } from '../../services.ts';

/** Of 256 tries one fits on average; with this many rounds each, a browser takes about a second. */
const PUZZLE = { algorithm: 'PBKDF2/SHA-256', cost: 5_000, keyPrefix: '00' } as const;
/** Long enough for a slow phone, too short to be hoarded. Milliseconds. */
const VALID_MS = 5 * 60_000;

/** What is read of a solution before its signature is known to be ours. */
const Payload = Type.Object({
  challenge: Type.Object({
    parameters: Type.Object({
      algorithm: Type.String(),
      nonce: Type.String(),
      salt: Type.String(),
      cost: Type.Integer(),
      keyLength: Type.Integer(),
      keyPrefix: Type.String(),
      expiresAt: Type.Integer(),
    }),
    signature: Type.String(),
  }),
  solution: Type.Object({
    counter: Type.Integer({ minimum: 0, maximum: 0xffffffff }),
    derivedKey: Type.String({ pattern: '^([0-9a-f]{2})+$' }),
  }),
});

type Needs = Pick<Services, 'db' | 'events'>;

/** Puzzles that cost a machine some time: signed, so that none has to be remembered before it is solved. */
export function createCaptcha({ db, events }: Needs) {
  let finding: Promise<string> | undefined;
  /** Every process signs with the same key. A look-up that failed is tried again. */
  function secret(): Promise<string> {
    finding ??= findOrMakeSecret(db, 'captcha').then((value) => Buffer.from(value).toString('base64'));
    finding.catch(() => {
      finding = undefined;
    });
    return finding;
  }

  return {
    async challenge(): Promise<Challenge> {
      const expiresAt = new Date(Date.now() + VALID_MS);
      return createChallenge({ ...PUZZLE, deriveKey, expiresAt, hmacSignatureSecret: await secret() });
    },

    /** Clears somebody who brings a solution. Throws `captcha_failed` where it is none, or was brought before. */
    async solve(userId: string, solution: string): Promise<void> {
      const payload = toPayload(solution);
      const hmacSignatureSecret = await secret();
      const result = await verifySolution({ ...payload, deriveKey, hmacSignatureSecret });
      if (result.expired) throw new AppError('captcha_failed', 'The puzzle is too old.');
      if (!result.verified) throw new AppError('captcha_failed');
      const { nonce, expiresAt } = payload.challenge.parameters;
      await db.$transaction(async (tx) => {
        const challenge = new Uint8Array(createHash('sha256').update(nonce).digest());
        const isNew = await spendCaptcha(tx, { challenge, expiresAt: new Date(expiresAt * 1000) });
        if (!isNew) throw new AppError('captcha_failed', 'This puzzle was solved before.');
        await setCaptchaDue(tx, userId, false);
        await append(tx, {
          action: 'captcha.solved',
          actorId: userId,
          subject: 'user',
          subjectId: userId,
        });
      });
      events.accountChanged(userId);
    },
  };
}

/** The payload as ALTCHA writes it: JSON in base64. */
function toPayload(text: string): Static<typeof Payload> {
  try {
    const payload: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    if (Value.Check(Payload, payload)) return payload;
  } catch {
    // Refused like everything else that is no solution.
  }
  throw new AppError('captcha_failed', 'This is not an ALTCHA payload.');
}
