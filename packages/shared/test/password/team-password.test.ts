import { describe, expect, it } from 'vitest';
import { hashTeamPassword, judgePassword, verifySecret } from '../../src/password/team-password.ts';

describe('a team password', () => {
  it.each(['password123', 'Veogate1', 'qwertyuiop', 'a'.repeat(500)])(
    'is refused as %.20s',
    async (password) => {
      await expect(hashTeamPassword(password)).rejects.toMatchObject({
        code: 'password_weak',
        message: expect.stringMatching(/^This password is too easy to guess\./),
      });
    },
  );

  it('says what would make it better', async () => {
    expect((await judgePassword('password123')).feedback).toContain('commonly used');
  });

  it('is kept as argon2id, and fits its hash alone', async () => {
    const hashed = await hashTeamPassword('paper boats at 4 in the rain');
    expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await verifySecret(hashed, 'paper boats at 4 in the rain')).toBe(true);
    expect(await verifySecret(hashed, 'paper boats at 5 in the rain')).toBe(false);
    expect(await verifySecret('no hash', 'paper boats at 4 in the rain')).toBe(false);
  });
});
