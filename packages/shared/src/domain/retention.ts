/**
 * Until when a file that was made or used just now is kept; null where nothing expires.
 *
 * @param hours as `RETENTION_HOURS` has it: 0 keeps everything
 */
export function expiryOf(hours: number): Date | null {
  return hours > 0 ? new Date(Date.now() + hours * 3_600_000) : null;
}
