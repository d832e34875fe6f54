// @ts-check
// docs/errors.md, written from the catalogue of errors.

/**
 * @typedef {{ status: number, title: string, advice: string, retry: string, billing?: string }} Entry
 * @typedef {{ name: string, errors: Readonly<Record<string, Entry>> }} Subject
 * @typedef {Readonly<Record<string, string>>} Meanings what each word means
 */

const COLUMNS = ['Code', 'Status', 'What happened', 'Billed?', 'Retry', 'What to do'];

/**
 * @param {readonly Subject[]} subjects
 * @param {{ retry: Meanings, billing: Meanings }} meanings
 * @returns {string} the whole page, as Markdown
 */
export function writeErrorReference(subjects, { retry, billing }) {
  return `<!-- Written from packages/shared/src/domain/errors by a test. After a change there: npx vitest run --project shared error-reference -u -->

# Errors

Every error has a code. A request that fails is answered with \`application/problem+json\` (RFC 9457), whose \`type\` leads to its code at \`/docs/errors\` of the running service. A generation that fails carries its code in \`error\`, one that waits in \`waiting\`, beside the provider’s own words in \`reason\`.

\`retry\` says how it may still come to a good end:

${toList(retry)}

\`billing\` says what it costs:

${toList(billing)}
${subjects.map(toSection).join('')}`;
}

/** @param {Meanings} meanings */
function toList(meanings) {
  return Object.entries(meanings)
    .map(([word, meaning]) => `- \`${word}\`: ${meaning}`)
    .join('\n');
}

/** @param {Subject} subject */
function toSection({ name, errors }) {
  const entries = Object.entries(errors);
  const isBilled = entries.some(([, { billing }]) => billing !== undefined);
  /** @param {string[]} cells */
  const toRow = (cells) => `| ${cells.filter((_, column) => column !== 3 || isBilled).join(' | ')} |`;
  const rows = entries.map(([code, { status, title, billing, retry, advice }]) =>
    toRow([`\`${code}\``, String(status), title, `\`${billing}\``, `\`${retry}\``, advice]),
  );
  return `\n## ${name}\n\n${[toRow(COLUMNS), toRow(COLUMNS.map(() => '---')), ...rows].join('\n')}\n`;
}
