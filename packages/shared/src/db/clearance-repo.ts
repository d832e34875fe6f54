import type { Transaction } from './client.ts';

/** Marks a puzzle as spent. Returns whether it was not before: of those who bring it at once, one gets through. */
export async function spendCaptcha(
  tx: Transaction,
  captcha: { challenge: Uint8Array<ArrayBuffer>; expiresAt: Date },
): Promise<boolean> {
  const { count } = await tx.spentCaptcha.createMany({ data: [captcha], skipDuplicates: true });
  // Whoever solves one clears away what is too old to be brought again.
  await tx.spentCaptcha.deleteMany({ where: { expiresAt: { lt: new Date(Date.now() - 60_000) } } });
  return count === 1;
}

export async function setCaptchaDue(tx: Transaction, userId: string, captchaDue: boolean): Promise<void> {
  await tx.user.updateMany({ where: { id: userId }, data: { captchaDue } });
}

/** Records what somebody accepted. The first time that they accepted a version stays on record. */
export async function acceptTerms(
  tx: Transaction,
  userId: string,
  terms: { version: string; textHash: Uint8Array<ArrayBuffer> },
): Promise<void> {
  await tx.termsAcceptance.createMany({ data: [{ userId, ...terms }], skipDuplicates: true });
  await tx.user.update({ where: { id: userId }, data: { termsVersion: terms.version } });
}
