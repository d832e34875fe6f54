import { expect, it } from 'vitest';
import { writeErrorReference } from '../../../../scripts/lib/error-reference.mjs';
import { billingMeanings, retryMeanings } from '../../src/domain/errors/entry.ts';
import { errorSubjects } from '../../src/domain/errors.ts';

it('docs/errors.md says what the catalogue says', async () => {
  const page = writeErrorReference(errorSubjects, { retry: retryMeanings, billing: billingMeanings });
  // After a change: npx vitest run --project shared error-reference -u
  await expect(page).toMatchFileSnapshot('../../../../docs/errors.md');
});
