/** Zero bytes and halves of characters are valid JSON, but no text: Postgres takes neither. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the zero byte is what it looks for.
export const BROKEN = /[\u0000\ud800-\udfff]/u;
